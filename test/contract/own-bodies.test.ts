import { fileURLToPath } from "node:url";
import { bodyContract } from "../helpers/vendor-bodies.ts";
import { ownAlphaVantage, ownBinance, ownCoinMarketCap, ownFmp, ownYahoo } from "./vendor-bodies/own.ts";

const directory = fileURLToPath(new URL("../fixtures/providers", import.meta.url));

bodyContract("bodies in FMP's format", `${directory}/fmp`, ownFmp);
bodyContract("bodies in Alpha Vantage's format", `${directory}/alpha_vantage`, ownAlphaVantage);
bodyContract("bodies in Yahoo's format", `${directory}/yahoo`, ownYahoo);
bodyContract("bodies in CoinMarketCap's format", `${directory}/coinmarketcap`, ownCoinMarketCap);
bodyContract("bodies in Binance's format", `${directory}/binance`, ownBinance);
