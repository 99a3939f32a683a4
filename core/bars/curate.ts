/** From validated raw rows to curated rows: where they come from, and what follows from their whole bars object. */
import { constantNumber, constantString } from "../columnar/batch.ts";
import { calendarFor, type MarketCalendar } from "../calendar/index.ts";
import type { Series } from "../lake/keys.ts";
import { memoize } from "../memoize.ts";
import { flagBars, flagBit, flagTexts, scoreOfFlags } from "../quality/flags.ts";
import type { AnnotatedBars, Bars, RawBars } from "./bars.ts";

const dayMs = 86_400_000;

/** Valid raw rows as they are merged. */
export function curateBars(raw: RawBars, sourceKey: string): Bars {
  const { parse_error: _parseError, received_text: _receivedText, ...received } = raw.columns;
  return {
    rowCount: raw.rowCount,
    columns: {
      ...received,
      source_key: constantString(sourceKey, raw.rowCount),
    },
  };
}

/**
 * Session dates, quality flags and scores of one bars object, sorted by (symbol, ts). `partial` marks rows that were
 * aggregated from too few shorter bars.
 */
export function annotateBars(bars: Bars, series: Series, partial: Uint8Array | null): AnnotatedBars {
  const flags = flagBars(bars, series);
  if (partial !== null) {
    const bit = flagBit("partial_aggregate");
    for (let row = 0; row < flags.length; row++) if (partial[row] === 1) flags[row]! |= bit;
  }
  const scores = new Float64Array(flags.length);
  for (let row = 0; row < flags.length; row++) scores[row] = scoreOfFlags[flags[row]!]!;
  return {
    rowCount: bars.rowCount,
    columns: {
      ...bars.columns,
      session_date: sessionDates(bars, series),
      close_base: constantNumber(Number.NaN, bars.rowCount),
      fx_rate: constantNumber(Number.NaN, bars.rowCount),
      data_quality_score: scores,
      quality_flags: flagTexts(flags),
    },
  };
}

/** Days since the epoch. Daily bars carry their session's date already; instruments without a calendar use UTC. */
function sessionDates(bars: Bars, series: Series): Float64Array {
  const { symbol, ts } = bars.columns;
  const dates = new Float64Array(bars.rowCount);
  if (series.interval === "1d") {
    for (let row = 0; row < dates.length; row++) dates[row] = Math.floor(ts[row]! / dayMs);
    return dates;
  }
  const lookupOf = memoize((calendar: MarketCalendar) =>
    memoize((tsMs: number) => Date.parse(calendar.sessionDateOf(tsMs)) / dayMs),
  );
  const calendarOfCode = symbol.values.map((name) => calendarFor(series.assetClass, name));
  for (let row = 0; row < dates.length; row++) {
    const calendar = calendarOfCode[symbol.codes[row]!]!;
    dates[row] = calendar === null ? Math.floor(ts[row]! / dayMs) : lookupOf(calendar)(ts[row]!);
  }
  return dates;
}
