/**
 * Longer bars from shorter ones. Bars are half-open, so the shorter bars of `[t, t + to)` are those that start in it.
 * Open is the first, high the highest, low the lowest, close the last, volume the sum.
 */
import { constantNumber, constantString, emptyBatch, takeRows } from "../columnar/batch.ts";
import { intervalMs, type Interval } from "../market.ts";
import { receivedBars } from "../tables/index.ts";
import type { Bars } from "./bars.ts";

export interface Resampled {
  readonly bars: Bars;
  /** 1 where fewer shorter bars were there than the longer bar spans. */
  readonly partial: Uint8Array;
}

/** Marks bars that were aggregated here rather than received; stands in `source_key`. */
export function derivedSourceKey(from: Interval): string {
  return `derived:${from}`;
}

/** Aggregates bars sorted by (symbol, ts). A longer bar is final once all of its shorter bars are there and final. */
export function resampleBars(bars: Bars, from: Interval, to: Interval): Resampled {
  const { symbol, ts } = bars.columns;
  const toMs = intervalMs[to];
  const first = new Uint32Array(bars.rowCount);
  let count = 0;
  let lastCode = -1;
  let lastStart = Number.NaN;
  for (let row = 0; row < bars.rowCount; row++) {
    const start = Math.floor(ts[row]! / toMs) * toMs;
    if (symbol.codes[row] === lastCode && start === lastStart) continue;
    lastCode = symbol.codes[row]!;
    lastStart = start;
    first[count++] = row;
  }
  if (count === 0) return { bars: emptyBatch(receivedBars), partial: new Uint8Array(0) };
  return aggregate(bars, first.subarray(0, count), from, to);
}

function aggregate(bars: Bars, first: Uint32Array, from: Interval, to: Interval): Resampled {
  const { ts, high, low, close, volume, is_final: isFinal, ingested_at: ingestedAt } = bars.columns;
  const toMs = intervalMs[to];
  const shorterBars = toMs / intervalMs[from];
  const longer = takeRows(receivedBars, bars, first);
  const out = longer.columns;
  const partial = new Uint8Array(first.length);
  for (let i = 0; i < first.length; i++) {
    const start = first[i]!;
    const end = i + 1 < first.length ? first[i + 1]! : bars.rowCount;
    let highest = high[start]!;
    let lowest = low[start]!;
    let total = 0;
    let final = 1;
    let received = ingestedAt[start]!;
    for (let row = start; row < end; row++) {
      if (high[row]! > highest) highest = high[row]!;
      if (low[row]! < lowest) lowest = low[row]!;
      total += volume[row]!;
      final &= isFinal[row]!;
      if (ingestedAt[row]! > received) received = ingestedAt[row]!;
    }
    partial[i] = end - start < shorterBars ? 1 : 0;
    out.ts[i] = Math.floor(ts[start]! / toMs) * toMs;
    out.high[i] = highest;
    out.low[i] = lowest;
    out.close[i] = close[end - 1]!;
    out.volume[i] = total;
    out.is_final[i] = final & (partial[i] === 1 ? 0 : 1);
    out.ingested_at[i] = received;
  }
  const columns = {
    ...out,
    adj_close: constantNumber(Number.NaN, first.length),
    source_key: constantString(derivedSourceKey(from), first.length),
  };
  return { bars: { rowCount: first.length, columns }, partial };
}
