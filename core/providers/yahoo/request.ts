import type { Series } from "../../lake/keys.ts";
import type { Interval } from "../../market.ts";
import type { BarQuery } from "../provider.ts";
import type { VendorCall } from "../vendor/ask.ts";
import type { Window } from "../vendor/bar-rows.ts";
import { spans } from "../vendor/spans.ts";
import { yahooSymbol } from "./symbols.ts";

const dayMs = 86_400_000;

/** Yahoo's names of intervals, days that one call may span, and how many days back it has any. */
const granularities: Readonly<Record<Interval, { name: string; spanDays: number; historyDays: number }>> = {
  "1min": { name: "1m", spanDays: 7, historyDays: 29 },
  "5min": { name: "5m", spanDays: 59, historyDays: 59 },
  "15min": { name: "15m", spanDays: 59, historyDays: 59 },
  "30min": { name: "30m", spanDays: 59, historyDays: 59 },
  "1h": { name: "1h", spanDays: 729, historyDays: 729 },
  "1d": { name: "1d", spanDays: 36_500, historyDays: Number.POSITIVE_INFINITY },
};

/** One chart of one symbol. */
export interface YahooRequest {
  readonly call: VendorCall;
  readonly symbol: string;
  readonly yahooSymbol: string;
  readonly window: Window;
}

/** Start of the oldest bars of an interval that Yahoo still has, UTC ms. */
export const yahooEarliestMs = ({ interval, asOfMs }: Pick<BarQuery, "interval" | "asOfMs">): number =>
  asOfMs - granularities[interval].historyDays * dayMs;

export function yahooRequests(query: BarQuery): YahooRequest[] {
  const { spanDays } = granularities[query.interval];
  const window = { fromMs: Math.max(query.fromMs, yahooEarliestMs(query)), toMs: query.toMs };
  return query.symbols.flatMap((symbol) =>
    spans(window, spanDays * dayMs).map((piece) => chartRequest(query, symbol, piece)),
  );
}

function chartRequest(series: Series, symbol: string, window: Window): YahooRequest {
  const name = yahooSymbol({ assetClass: series.assetClass, symbol });
  // A daily bar is stamped with its session's open, which is up to a day before or after midnight UTC of its date.
  const marginMs = series.interval === "1d" ? dayMs : 0;
  const call = {
    path: `/v8/finance/chart/${encodeURIComponent(name)}`,
    query: {
      period1: String(Math.floor((window.fromMs - marginMs) / 1_000)),
      period2: String(Math.ceil((window.toMs + marginMs) / 1_000)),
      interval: granularities[series.interval].name,
      includePrePost: "false",
      events: "div,split",
    },
    symbol,
  };
  return { call, symbol, yahooSymbol: name, window };
}

/** Whether Yahoo's name of a granularity means `interval`. */
export function isGranularity(interval: Interval, name: string): boolean {
  return granularities[interval].name === (name === "60m" ? "1h" : name);
}
