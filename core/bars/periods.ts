import { takeRows } from "../columnar/batch.ts";
import { periodOf, periodRange, type Interval, type Period } from "../market.ts";
import { receivedBars } from "../tables/index.ts";
import type { Bars } from "./bars.ts";

/** Which period each row belongs to: `periodOfRow[row]` indexes `periods`, in order of first appearance. */
export interface PeriodIndex {
  readonly periods: readonly Period[];
  readonly periodOfRow: Uint32Array;
}

/** Times must not be NaN. Fast where neighbouring rows share a period, as sorted rows do. */
export function indexPeriods(ts: Float64Array, interval: Interval): PeriodIndex {
  const periods: Period[] = [];
  const ranges: { fromMs: number; toMs: number }[] = [];
  const indexOf = new Map<Period, number>();
  const periodOfRow = new Uint32Array(ts.length);
  let index = -1;
  for (let row = 0; row < ts.length; row++) {
    const time = ts[row]!;
    if (index < 0 || time < ranges[index]!.fromMs || time >= ranges[index]!.toMs) {
      const period = periodOf(interval, time);
      index = indexOf.get(period) ?? -1;
      if (index < 0) {
        index = periods.push(period) - 1;
        ranges.push(periodRange(period));
        indexOf.set(period, index);
      }
    }
    periodOfRow[row] = index;
  }
  return { periods, periodOfRow };
}

/** The rows of a batch by period, each still in the batch's order. Only rows in `[fromMs, toMs)`. */
export function splitByPeriod(
  bars: Bars,
  interval: Interval,
  fromMs: number,
  toMs: number,
): Map<Period, Bars> {
  const { ts } = bars.columns;
  const { periods, periodOfRow } = indexPeriods(ts, interval);
  const counts = new Uint32Array(periods.length);
  for (let row = 0; row < bars.rowCount; row++) counts[periodOfRow[row]!]!++;
  const rows = Array.from(counts, (count) => new Uint32Array(count));
  const filled = new Uint32Array(periods.length);
  for (let row = 0; row < bars.rowCount; row++) {
    const index = periodOfRow[row]!;
    rows[index]![filled[index]!++] = row;
  }
  const split = new Map<Period, Bars>();
  for (const [index, period] of periods.entries()) {
    const start = periodRange(period).fromMs;
    if (start < fromMs || start >= toMs) continue;
    split.set(period, periods.length === 1 ? bars : takeRows(receivedBars, bars, rows[index]!));
  }
  return split;
}
