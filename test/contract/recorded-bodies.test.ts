/** Real answers of the vendors, kept beside the checkout and never in it, each with what its provenance says of it. */
import { fileURLToPath } from "node:url";
import { bodyContract } from "../helpers/vendor-bodies.ts";
import { recordedAlphaVantage } from "./vendor-bodies/recorded-alpha-vantage.ts";
import { recordedCoinMarketCap } from "./vendor-bodies/recorded-coinmarketcap.ts";
import { recordedFmp } from "./vendor-bodies/recorded-fmp.ts";
import { recordedYahoo } from "./vendor-bodies/recorded-yahoo.ts";

const directory = fileURLToPath(new URL("../../../shared/providers", import.meta.url));

bodyContract("recorded bodies of FMP", `${directory}/fmp`, recordedFmp);
bodyContract("recorded bodies of Alpha Vantage", `${directory}/alpha_vantage`, recordedAlphaVantage);
bodyContract("recorded bodies of Yahoo", `${directory}/yahoo`, recordedYahoo);
bodyContract("recorded bodies of CoinMarketCap", `${directory}/coinmarketcap`, recordedCoinMarketCap);
