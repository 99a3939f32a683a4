/** When the markets are asked (design §7). A tick outside a calendar's session is a logged skip, so crons may be wide. */
import type { AssetClass, Interval } from "../core/market.ts";
import type { ScheduleConfig } from "./config.ts";

interface Market {
  readonly assetClass: AssetClass;
  readonly timeZone: string;
  /** Ticks within the session; the interval is that of the bars asked for. */
  readonly intraday?: { readonly interval: Interval; readonly cron: string };
  /** After the close, when the daily bar is final. */
  readonly endOfDay: string;
}

const newYork = "America/New_York";
/** 20 minutes after the close of New York. */
const afterNewYorkClose = "20 16 ? * MON-FRI *";
const inNewYorkSession = "0/15 9-16 ? * MON-FRI *";

const markets: readonly Market[] = [
  {
    assetClass: "stock",
    timeZone: newYork,
    intraday: { interval: "15min", cron: inNewYorkSession },
    endOfDay: afterNewYorkClose,
  },
  {
    assetClass: "etf",
    timeZone: newYork,
    intraday: { interval: "15min", cron: inNewYorkSession },
    endOfDay: afterNewYorkClose,
  },
  {
    assetClass: "index",
    timeZone: newYork,
    intraday: { interval: "5min", cron: "0/5 9-16 ? * MON-FRI *" },
    endOfDay: afterNewYorkClose,
  },
  {
    assetClass: "commodity",
    timeZone: newYork,
    intraday: { interval: "15min", cron: "0/15 * ? * SUN-FRI *" },
    endOfDay: "20 17 ? * MON-FRI *",
  },
  { assetClass: "bond", timeZone: newYork, endOfDay: "20 17 ? * MON-FRI *" },
  {
    assetClass: "crypto",
    timeZone: "Etc/UTC",
    intraday: { interval: "15min", cron: "0/15 * * * ? *" },
    endOfDay: "20 0 * * ? *",
  },
  {
    assetClass: "forex",
    timeZone: newYork,
    intraday: { interval: "15min", cron: "0/15 * ? * SUN-FRI *" },
    endOfDay: "20 17 ? * MON-FRI *",
  },
];

/** The schedules of every market, all asking one provider. */
export function marketSchedules(provider: string, enabled: boolean): ScheduleConfig[] {
  return markets.flatMap(({ assetClass, timeZone, intraday, endOfDay }) => {
    const ticks = intraday === undefined ? [] : [intraday];
    return [...ticks, { interval: "1d" as const, cron: endOfDay }].map(({ interval, cron }) => ({
      name: `${assetClass}-${interval}`,
      assetClass,
      interval,
      provider,
      cron,
      timeZone,
      enabled,
    }));
  });
}
