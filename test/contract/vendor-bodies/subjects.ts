/** What the bodies are answers to. */
import { createAlphaVantageProvider } from "../../../core/providers/alpha-vantage/index.ts";
import { createBinanceProvider } from "../../../core/providers/binance/index.ts";
import { createCoinMarketCapProvider } from "../../../core/providers/coinmarketcap/index.ts";
import { createFmpProvider } from "../../../core/providers/fmp/index.ts";
import type { Provider } from "../../../core/providers/provider.ts";
import { createYahooProvider } from "../../../core/providers/yahoo/index.ts";
import type { AssetClass, Interval } from "../../../core/market.ts";
import type { Asked } from "../../helpers/vendor-bodies.ts";

const asking =
  (provider: Provider) =>
  (assetClass: AssetClass, interval: Interval, symbol: string, receivedAt?: string): Asked => ({
    provider,
    assetClass,
    interval,
    symbol,
    ...(receivedAt === undefined ? {} : { receivedAt }),
  });

export const fmp = asking(createFmpProvider());
export const alphaVantage = asking(createAlphaVantageProvider({ plan: "premium" }));
export const alphaVantageFree = asking(createAlphaVantageProvider());
export const yahoo = asking(createYahooProvider());
export const coinMarketCap = asking(createCoinMarketCapProvider());
export const binance = asking(createBinanceProvider());
