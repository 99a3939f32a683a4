import { stringAt } from "../columnar/batch.ts";
import { TerminalError } from "../errors.ts";
import { slot } from "./state.ts";
import type { IndicatorColumns, IndicatorInput } from "./strip.ts";

/**
 * Writes computed_at, the greatest `ingested_at` so far, and checks that time only moves forward: a bar counted twice
 * would spoil every average after it.
 */
export function followTimes(
  slots: Float64Array,
  bars: IndicatorInput["columns"],
  { computed_at }: IndicatorColumns,
  begin: number,
  end: number,
): void {
  const { ts, ingested_at } = bars;
  let last = slots[slot.lastTs]!;
  let ordered = begin;
  while (ordered < end && ts[ordered]! > last) last = ts[ordered++]!;
  if (ordered < end) throw disorder(bars, ordered, last);
  let latest = slots[slot.computedAt]!;
  for (let row = begin; row < end; row++) {
    const received = ingested_at[row]!;
    if (received > latest) latest = received;
    computed_at[row] = latest;
  }
  slots[slot.lastTs] = last;
  slots[slot.computedAt] = latest;
}

function disorder({ symbol, ts }: IndicatorInput["columns"], row: number, lastMs: number): TerminalError {
  return new TerminalError(
    `bars for indicators: expected bars of "${stringAt(symbol, row)}" after ${iso(lastMs)}, got "${iso(ts[row]!)}"; ` +
      "sort bars by (symbol, ts), or start from the checkpoint before them",
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
