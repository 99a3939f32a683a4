/** The markets as they are asked unless the configuration says otherwise. */
import type { AssetClass, Interval } from "../market.ts";
import type { ProviderId } from "./provider-ids.ts";

/** How one asset class is kept current. */
export interface MarketDefaults {
  /** Zone of the crons: they follow its daylight saving time. */
  readonly timeZone: string;
  /** Ticks within the session, which ask for bars of this length. A tick outside of it is skipped, so the cron may be wide. */
  readonly intraday: { readonly interval: Interval; readonly cron: string } | null;
  /** After the close, when the daily bar is final. */
  readonly endOfDay: string;
  /** Best first. */
  readonly providers: readonly ProviderId[];
}

const newYork = "America/New_York";
/** 20 minutes after the close of New York. */
const afterNewYorkClose = "20 16 ? * MON-FRI *";
const inNewYorkSession = "0/15 9-16 ? * MON-FRI *";
const fifteenMinutes = (cron: string) => ({ interval: "15min", cron }) as const;

export const defaultMarkets: Readonly<Record<AssetClass, MarketDefaults>> = {
  stock: {
    timeZone: newYork,
    intraday: fifteenMinutes(inNewYorkSession),
    endOfDay: afterNewYorkClose,
    providers: ["fmp", "yahoo", "alpha_vantage"],
  },
  etf: {
    timeZone: newYork,
    intraday: fifteenMinutes(inNewYorkSession),
    endOfDay: afterNewYorkClose,
    providers: ["fmp", "yahoo", "alpha_vantage"],
  },
  index: {
    timeZone: newYork,
    intraday: { interval: "5min", cron: "0/5 9-16 ? * MON-FRI *" },
    endOfDay: afterNewYorkClose,
    providers: ["fmp", "yahoo"],
  },
  commodity: {
    timeZone: newYork,
    intraday: fifteenMinutes("0/15 * ? * SUN-FRI *"),
    endOfDay: "20 17 ? * MON-FRI *",
    providers: ["fmp", "yahoo"],
  },
  bond: {
    timeZone: newYork,
    intraday: null,
    endOfDay: "20 17 ? * MON-FRI *",
    providers: ["fmp", "alpha_vantage"],
  },
  crypto: {
    timeZone: "Etc/UTC",
    intraday: fifteenMinutes("0/15 * * * ? *"),
    endOfDay: "20 0 * * ? *",
    providers: ["fmp", "yahoo", "coinmarketcap"],
  },
  forex: {
    timeZone: newYork,
    intraday: fifteenMinutes("0/15 * ? * SUN-FRI *"),
    endOfDay: "20 17 ? * MON-FRI *",
    providers: ["fmp", "yahoo", "alpha_vantage"],
  },
};
