import { finiteOrMissing } from "./missing.ts";
import type { IndicatorColumns, Strip } from "./strip.ts";

/** Bars of the Bollinger and volatility windows. */
export const bandLength = 20;

/**
 * SMA 20 and the Bollinger columns, two population standard deviations wide. `offsets` are close minus mean: %B from
 * them keeps its digits where σ is below the precision of the price and the bands coincide.
 */
export function writeBands(
  { closes, from, to, rowOffset }: Strip,
  offsets: Float64Array,
  deviations: Float64Array,
  { sma_20, bb_upper, bb_lower, bb_position, bb_width }: IndicatorColumns,
): void {
  for (let i = from; i < to; i++) {
    const row = i + rowOffset;
    const offset = offsets[i]!;
    const middle = closes[i]! - offset;
    const reach = 2 * deviations[i]!;
    sma_20[row] = middle;
    bb_upper[row] = middle + reach;
    bb_lower[row] = middle - reach;
    // A flat window has 0 ÷ 0: no position, which is NaN.
    bb_position[row] = 0.5 + offset / (2 * reach);
    bb_width[row] = finiteOrMissing((2 * reach) / middle);
  }
}
