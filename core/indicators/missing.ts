/**
 * No infinity leaves the indicators. Ratios are cleaned where they are made; everything else can overflow only near
 * prices of absurd size, and only strips that hold such prices are swept.
 */
import { indicatorsDaily } from "../tables/index.ts";
import type { IndicatorColumns, IndicatorInput, Strip } from "./strip.ts";

/** Beyond it, or nearer to zero than its inverse, squares of prices or of returns may overflow. */
const absurdPrice = 1e70;

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
  { closes, from, to, rowOffset }: Strip,
  { high, low }: IndicatorInput["columns"],
  columns: IndicatorColumns,
): void {
  const begin = from + rowOffset;
  const end = to + rowOffset;
  if (!hasAbsurd(closes, 0, to) && !hasAbsurd(high, begin, end) && !hasAbsurd(low, begin, end)) return;
  for (const name of nullableNames) {
    const column = columns[name];
    for (let row = begin; row < end; row++) {
      if (!Number.isFinite(column[row])) column[row] = Number.NaN;
    }
  }
}

function hasAbsurd(prices: Float64Array, begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) {
    const size = Math.abs(prices[i]!);
    if (size > absurdPrice || (size < 1 / absurdPrice && size > 0)) return true;
  }
  return false;
}
