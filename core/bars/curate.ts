/** From validated raw rows to curated rows, and the columns that follow from a whole bars object. */
import { constantNumber, constantString, type Batch } from "../columnar/batch.ts";
import { calendarFor, type MarketCalendar } from "../calendar/index.ts";
import type { Series } from "../lake/keys.ts";
import { memoize } from "../memoize.ts";
import { flagBars, flagBit, flagTexts, scoreOfFlags } from "../quality/flags.ts";
import type { Bars, RawBars } from "./bars.ts";

const dayMs = 86_400_000;

/** Curated rows of valid raw rows. The columns that depend on neighbouring rows are filled by `annotateBars`. */
export function curateBars(raw: RawBars, sourceKey: string): Bars {
  const { parse_error: _parseError, received_text: _receivedText, ...received } = raw.columns;
  return {
    rowCount: raw.rowCount,
    columns: {
      ...received,
      session_date: constantNumber(Number.NaN, raw.rowCount),
      close_base: constantNumber(Number.NaN, raw.rowCount),
      fx_rate: constantNumber(Number.NaN, raw.rowCount),
      data_quality_score: constantNumber(Number.NaN, raw.rowCount),
      quality_flags: constantString(null, raw.rowCount),
      source_key: constantString(sourceKey, raw.rowCount),
    },
  };
}

/**
 * Session dates, quality flags and scores of one bars object, sorted by (symbol, ts). `partial` marks rows that were
 * aggregated from too few shorter bars.
 */
export function annotateBars(bars: Bars, series: Series, partial: Uint8Array | null): Bars {
  const flags = flagBars(bars, series);
  if (partial !== null) {
    const bit = flagBit("partial_aggregate");
    for (let row = 0; row < flags.length; row++) if (partial[row] === 1) flags[row]! |= bit;
  }
  const columns: Batch["columns"] & Bars["columns"] = {
    ...bars.columns,
    session_date: sessionDates(bars, series),
    data_quality_score: Float64Array.from(flags, (mask) => scoreOfFlags[mask]!),
    quality_flags: flagTexts(flags),
  };
  return { rowCount: bars.rowCount, columns };
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
