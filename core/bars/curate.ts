/** From validated raw rows to curated rows: where they come from, and what follows from their whole bars object. */
import { constantNumber, constantString } from "../columnar/batch.ts";
import { calendarFor, type MarketCalendar } from "../calendar/index.ts";
import { convertCloses } from "../currency/convert.ts";
import type { BaseRates } from "../currency/rates.ts";
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

/** What is known of a bars object beside its rows. */
export interface BarsFacts {
  /** Marks rows that were aggregated from too few shorter bars. */
  readonly partial: Uint8Array | null;
  /** Whom the asset class is asked of, best first: all but the first are fallbacks. */
  readonly providerChain: readonly string[];
  /** Null where closes are not converted to a base currency. */
  readonly rates: BaseRates | null;
}

/** Session dates, closes in the base currency, quality flags and scores of one bars object, sorted by (symbol, ts). */
export function annotateBars(
  bars: Bars,
  series: Series,
  { partial, providerChain, rates }: BarsFacts,
): AnnotatedBars {
  const flags = flagBars(bars, series);
  flagFallbacks(bars, providerChain, flags);
  if (partial !== null) {
    const bit = flagBit("partial_aggregate");
    for (let row = 0; row < flags.length; row++) if (partial[row] === 1) flags[row]! |= bit;
  }
  const sessionDate = sessionDates(bars, series);
  const converted = rates === null ? null : convertCloses(bars.columns, sessionDate, rates);
  if (converted !== null) flagMissingRates(converted.fx_rate, flags);
  const scores = new Float64Array(flags.length);
  for (let row = 0; row < flags.length; row++) scores[row] = scoreOfFlags[flags[row]!]!;
  return {
    rowCount: bars.rowCount,
    columns: {
      ...bars.columns,
      session_date: sessionDate,
      close_base: converted?.close_base ?? constantNumber(Number.NaN, bars.rowCount),
      fx_rate: converted?.fx_rate ?? constantNumber(Number.NaN, bars.rowCount),
      data_quality_score: scores,
      quality_flags: flagTexts(flags),
    },
  };
}

function flagFallbacks({ columns }: Bars, providerChain: readonly string[], flags: Uint16Array): void {
  const { values, codes } = columns.provider;
  const isFallback = values.map((id) => providerChain.indexOf(id) > 0);
  if (!isFallback.includes(true)) return;
  const bit = flagBit("fallback_provider");
  for (let row = 0; row < flags.length; row++) if (isFallback[codes[row]!] === true) flags[row]! |= bit;
}

function flagMissingRates(rates: Float64Array, flags: Uint16Array): void {
  const bit = flagBit("fx_missing");
  for (let row = 0; row < flags.length; row++) if (Number.isNaN(rates[row]!)) flags[row]! |= bit;
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
