/** Exponential smoothing, and what Wilder's kind of it has in RSI and ATR. */

/** Of each new value; 13/14 stays of the previous average. */
export const wilderWeight = 1 / 14;

/** The bar, counted from 1, that brings the 14th change or true range: their mean is the first average. */
export const wilderSeed = 15;

export function smoothed(previous: number, value: number, weight: number): number {
  return previous + (value - previous) * weight;
}
