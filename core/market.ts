/** The vocabulary of markets: asset classes, bar intervals, and the periods into which their tables are cut. */

export const assetClasses = ["stock", "etf", "index", "commodity", "bond", "crypto", "forex"] as const;
export type AssetClass = (typeof assetClasses)[number];

/** Bar lengths in milliseconds. A bar is half-open: it covers `[ts, ts + interval)`. */
export const intervalMs = {
  "1min": 60_000,
  "5min": 300_000,
  "15min": 900_000,
  "30min": 1_800_000,
  "1h": 3_600_000,
  "1d": 86_400_000,
} as const;
export type Interval = keyof typeof intervalMs;
export const intervals = Object.keys(intervalMs) as [Interval, ...Interval[]];
export const intradayIntervals = intervals.filter((interval) => interval !== "1d");

/** Names that people and vendors use for the same bar lengths. */
const intervalAliases: Readonly<Record<string, Interval>> = {
  "1m": "1min",
  "5m": "5min",
  "15m": "15min",
  "30m": "30min",
  "60m": "1h",
  "60min": "1h",
  "1hour": "1h",
  hour: "1h",
  daily: "1d",
  day: "1d",
  "1day": "1d",
};

/** The interval that `text` names, or undefined. */
export function parseInterval(text: string): Interval | undefined {
  const name = text.toLowerCase();
  return name in intervalMs ? (name as Interval) : intervalAliases[name];
}

/** What has been applied to prices: nothing, splits, or splits and dividends. */
export const adjustments = ["none", "split", "split_dividend"] as const;
export type Adjustment = (typeof adjustments)[number];

/**
 * Asset classes whose prices may be zero or negative: yields (a yield of 0 is real) and commodities (WTI settled at
 * −37.63 USD on 2020-04-20).
 */
export const mayBeNonPositive: Readonly<Record<AssetClass, boolean>> = {
  stock: false,
  etf: false,
  index: false,
  commodity: true,
  bond: true,
  crypto: false,
  forex: false,
};

/** A partition period of curated bars: `2026` for daily bars, `2026-11` for intraday bars, by UTC bar start. */
export type Period = string;

export function periodOf(interval: Interval, tsMs: number): Period {
  const iso = new Date(tsMs).toISOString();
  return interval === "1d" ? iso.slice(0, 4) : iso.slice(0, 7);
}

/** The half-open UTC range `[fromMs, toMs)` of a period. */
export function periodRange(period: Period): { fromMs: number; toMs: number } {
  const year = Number(period.slice(0, 4));
  if (period.length === 4) return { fromMs: Date.UTC(year, 0), toMs: Date.UTC(year + 1, 0) };
  const month = Number(period.slice(5)) - 1;
  return { fromMs: Date.UTC(year, month), toMs: Date.UTC(year, month + 1) };
}

/** The first year of which a lake takes bars and finds them again: partitions are projected from it on. */
export const firstBarYear = 1900;
const earliestBarMs = Date.UTC(firstBarYear, 0);
const latestBarMs = Date.UTC(10_000, 0);

/** Whether a lake has a period for bars that start then: years 1900 to 9999. False for NaN. */
export function isBarTime(tsMs: number): boolean {
  return tsMs >= earliestBarMs && tsMs < latestBarMs;
}

/** `2026-11-20` of a UTC time. */
export function utcDate(tsMs: number): string {
  return new Date(tsMs).toISOString().slice(0, 10);
}
