/** How far behind its market a series is, judged symbol by symbol against each one's own calendar. */
import {
  calendarFor,
  expectedBarsWithin,
  newestBarStart,
  nextBarEnd,
  type MarketCalendar,
} from "../calendar/index.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs, type Interval } from "../market.ts";
import { memoize } from "../memoize.ts";
import { extractionSettings, healthSettings, type LakeSettings } from "../settings.ts";

/** A series that somebody is asked for by schedule. */
export interface WatchedSeries extends Series {
  /** What it should hold; where it is not told, whatever has come so far. */
  readonly symbols?: readonly string[];
}

/** Start of the newest final bar by symbol, UTC ms. */
export type NewestBars = ReadonlyMap<string, number>;

/** Times are ISO-8601, UTC, of the start of bars. */
export interface SeriesFreshness extends Series {
  /** Of any symbol; null where no bar has come yet. */
  readonly newestBar: string | null;
  /** The newest bar that should be there by the calendar; null where the market has not traded for weeks. */
  readonly expectedBar: string | null;
  /** Of the symbol that has come furthest: bars that should be there and are not. 0 while the market is closed. */
  readonly barsBehind: number;
  /** Since the first of them should have been there; 0 where none is missing. */
  readonly secondsBehind: number;
  /** Whose calendar is known; others are not judged. */
  readonly symbols: number;
  /** That are more bars behind than the settings allow. */
  readonly symbolsBehind: number;
  readonly symbolsBehindPct: number;
  /** A few of them, furthest behind first. */
  readonly furthestBehind: readonly string[];
}

interface Lag {
  readonly expectedMs: number | null;
  readonly bars: number;
  /** When the first missing bar should have been there, UTC ms; null where none is missing. */
  readonly sinceMs: number | null;
}

type LagOf = (calendar: MarketCalendar, newestMs: number | null) => Lag;

const symbolsNamedMax = 5;
const dayMs = intervalMs["1d"];

export function freshnessOf(
  watched: WatchedSeries,
  newest: NewestBars,
  settings: LakeSettings,
  nowMs: number,
): SeriesFreshness {
  const { assetClass, interval } = watched;
  const judged = judge(watched, newest, settings, nowMs);
  // A series without a symbol is like one of which nothing has come.
  const lags =
    judged.length > 0
      ? judged.map(({ lag }) => lag)
      : [lagsOf(interval, settings, nowMs)(calendarFor(assetClass)!, null)];
  const least = lags.reduce((a, b) => (b.bars < a.bars ? b : a));
  const behindMax = healthSettings(settings).barsBehindMax[assetClass];
  const behind = judged.filter(({ lag }) => lag.bars > behindMax).sort((a, b) => b.lag.bars - a.lag.bars);
  return {
    assetClass,
    interval,
    newestBar: isoTime(latest(judged.map(({ symbol }) => newest.get(symbol) ?? null))),
    expectedBar: isoTime(latest(lags.map(({ expectedMs }) => expectedMs))),
    barsBehind: least.bars,
    secondsBehind: least.sinceMs === null ? 0 : Math.floor((nowMs - least.sinceMs) / 1_000),
    symbols: judged.length,
    symbolsBehind: behind.length,
    symbolsBehindPct: judged.length === 0 ? 0 : (100 * behind.length) / judged.length,
    furthestBehind: behind.slice(0, symbolsNamedMax).map(({ symbol }) => symbol),
  };
}

/** Symbols that miss bars, and the newest that each should have, UTC ms. */
export function missedBars(
  watched: WatchedSeries,
  newest: NewestBars,
  settings: LakeSettings,
  nowMs: number,
): { readonly symbol: string; readonly expectedMs: number }[] {
  return judge(watched, newest, settings, nowMs).flatMap(({ symbol, lag: { bars, expectedMs } }) =>
    bars === 0 || expectedMs === null ? [] : [{ symbol, expectedMs }],
  );
}

function judge(watched: WatchedSeries, newest: NewestBars, settings: LakeSettings, nowMs: number) {
  const lagOf = lagsOf(watched.interval, settings, nowMs);
  return (watched.symbols ?? [...newest.keys()]).flatMap((symbol) => {
    const calendar = calendarFor(watched.assetClass, symbol);
    return calendar === null ? [] : [{ symbol, lag: lagOf(calendar, newest.get(symbol) ?? null) }];
  });
}

/** Most symbols of a universe have come equally far. */
function lagsOf(interval: Interval, settings: LakeSettings, nowMs: number): LagOf {
  const byCalendar = memoize((calendar: MarketCalendar) =>
    memoize((newestMs: number | null) => lag(calendar, newestMs)),
  );
  const lengthMs = intervalMs[interval];
  const graceMs = graceOf(interval, settings);
  // The first extract reaches no further.
  const neverMs = nowMs - extractionSettings(settings).reachDays * dayMs;

  function lag(calendar: MarketCalendar, newestMs: number | null): Lag {
    const expectedMs = newestBarStart(calendar, lengthMs, nowMs - graceMs);
    const fromMs = newestMs === null ? neverMs : newestMs + 1;
    if (expectedMs === null || expectedMs < fromMs) return { expectedMs, bars: 0, sinceMs: null };
    return {
      expectedMs,
      bars: expectedBarsWithin(calendar, lengthMs, { fromMs, toMs: expectedMs + 1 }),
      sinceMs: nextBarEnd(calendar, lengthMs, fromMs) + graceMs,
    };
  }

  return (calendar, newestMs) => byCalendar(calendar)(newestMs);
}

function graceOf(interval: Interval, settings: LakeSettings): number {
  const { dailyGraceMinutes, intradayGraceMinutes } = healthSettings(settings);
  if (interval === "1d") return dailyGraceMinutes * 60_000;
  return intradayGraceMinutes * 60_000 + 2 * intervalMs[interval];
}

function latest(times: readonly (number | null)[]): number | null {
  return times.reduce<number | null>((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}

const isoTime = (tsMs: number | null) => (tsMs === null ? null : new Date(tsMs).toISOString());
