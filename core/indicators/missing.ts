/**
 * No infinity leaves the indicators. The band width is cleaned where it is made; everything else can overflow only where
 * prices move by absurd amounts, and only such strips are swept.
 */
import { indicatorsDaily } from "../tables/index.ts";
import { slot } from "./state.ts";
import type { IndicatorColumns, Strip } from "./strip.ts";

/**
 * Average move at the end of a strip above which something in it may have overflowed. Overflows need moves of 1e80 (whose
 * returns have squares of 1e300), of which Wilder's smoothing leaves more than this after a strip and the longest window.
 */
const absurdMove = 1e30;

const nullableNames = indicatorsDaily.columns.filter((column) => column.nullable).map(({ name }) => name);

/**
 * The number itself, or NaN, which is a missing number, where it is infinite: ∞ − ∞ is NaN. Arithmetic and not a
 * condition, which would double the time of the loops that use it.
 */
export function finiteOrMissing(value: number): number {
  return value + (value - value);
}

/** Replaces infinities in the strip's rows where its prices may have led to some. */
export function dropInfinities(
  { from, to, rowOffset }: Strip,
  slots: Float64Array,
  columns: IndicatorColumns,
): void {
  // Averages that are not seeded, or that an overflow has made NaN for good, compare as false.
  if (slots[slot.averageMove]! < absurdMove && slots[slot.averageTrueRange]! < absurdMove) return;
  for (const name of nullableNames) {
    const column = columns[name];
    for (let row = from + rowOffset; row < to + rowOffset; row++) {
      if (!Number.isFinite(column[row])) column[row] = Number.NaN;
    }
  }
}
