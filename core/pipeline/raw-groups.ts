/** Received rows as raw objects hold them: one shard, a stretch of whole periods, in order of symbol and time. */
import type { RawBars } from "../bars/bars.ts";
import { symbolTimeOrder } from "../bars/order.ts";
import { indexPeriods } from "../bars/periods.ts";
import { nullCode, takeRows } from "../columnar/batch.ts";
import { shardOf } from "../lake/sharding.ts";
import { isBarTime, type Interval } from "../market.ts";
import { rawBars } from "../tables/index.ts";

/** Neighbouring periods share a raw object until it has this many rows, so that small files stay few objects. */
const objectRowsMin = 32_000;

/** Rows by shard and stretch of whole periods. Rows without a time that bars can have go with the earliest period. */
export function groupRows(
  rows: RawBars,
  interval: Interval,
  shardCount: number,
): { shard: number; group: Uint32Array }[] {
  const { symbol, ts } = rows.columns;
  const shardOfCode = Uint32Array.from(symbol.values, (name) => shardOf(name, shardCount));
  const { fromMs } = timeRange(ts);
  const { periods, periodOfRow } = indexPeriods(
    ts.map((time) => (isBarTime(time) ? time : fromMs)),
    interval,
  );
  const cells = new Uint32Array(rows.rowCount);
  const counts = new Uint32Array(shardCount * periods.length);
  for (let row = 0; row < rows.rowCount; row++) {
    const code = symbol.codes[row]!;
    const shard = code === nullCode ? 0 : shardOfCode[code]!;
    const cell = shard * periods.length + periodOfRow[row]!;
    cells[row] = cell;
    counts[cell]!++;
  }
  const { groupOfCell, groups } = packCells(counts, periods, shardCount);
  const filled = new Uint32Array(groups.length);
  for (let row = 0; row < rows.rowCount; row++) {
    const index = groupOfCell[cells[row]!]!;
    groups[index]!.group[filled[index]!++] = row;
  }
  return groups;
}

/** Packs the periods of each shard, in time order, into groups of at least `objectRowsMin` rows where there are so many. */
function packCells(counts: Uint32Array, periods: readonly string[], shardCount: number) {
  const inTime = periods.map((_, index) => index).sort((a, b) => (periods[a]! < periods[b]! ? -1 : 1));
  const groupOfCell = new Uint32Array(counts.length);
  const sizes: { shard: number; rows: number }[] = [];
  for (let shard = 0; shard < shardCount; shard++) {
    let open = false;
    for (const index of inTime) {
      const cell = shard * periods.length + index;
      if (counts[cell] === 0) continue;
      if (!open) sizes.push({ shard, rows: 0 });
      const last = sizes.at(-1)!;
      last.rows += counts[cell]!;
      groupOfCell[cell] = sizes.length - 1;
      open = last.rows < objectRowsMin;
    }
  }
  return { groupOfCell, groups: sizes.map(({ shard, rows }) => ({ shard, group: new Uint32Array(rows) })) };
}

export function splitAt(batch: RawBars, row: number): [RawBars, RawBars] {
  const rows = Uint32Array.from({ length: batch.rowCount }, (_, index) => index);
  return [takeRows(rawBars, batch, rows.subarray(0, row)), takeRows(rawBars, batch, rows.subarray(row))];
}

export function sorted(batch: RawBars): RawBars {
  const order = symbolTimeOrder(batch.columns.symbol, batch.columns.ts);
  return order === null ? batch : takeRows(rawBars, batch, order);
}

/** Half-open range of the times that bars can have; where there are none, the first instant of the epoch stands in. */
export function timeRange(ts: Float64Array): { fromMs: number; toMs: number } {
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (let row = 0; row < ts.length; row++) {
    const time = ts[row]!;
    if (!isBarTime(time)) continue;
    if (time < fromMs) fromMs = time;
    if (time > toMs) toMs = time;
  }
  return fromMs === Infinity ? { fromMs: 0, toMs: 1 } : { fromMs, toMs: toMs + 1 };
}
