import type { IndicatorColumns, Strip } from "./strip.ts";

/** price_change and price_change_pct of the new bars, and the returns of every bar of the strip. */
export function computeReturns(strip: Strip, columns: IndicatorColumns): void {
  const { closes, returns, from, to, rowOffset } = strip;
  const { price_change, price_change_pct } = columns;
  let previous = Number.NaN;
  for (let i = 0; i < from; i++) {
    returns[i] = simpleReturn(previous, closes[i]! - previous);
    previous = closes[i]!;
  }
  for (let i = from; i < to; i++) {
    const change = closes[i]! - previous;
    const fraction = simpleReturn(previous, change);
    price_change[i + rowOffset] = change;
    price_change_pct[i + rowOffset] = 100 * fraction;
    returns[i] = fraction;
    previous = closes[i]!;
  }
}

// Not close ÷ previous − 1: the difference of close prices is exact, a quotient near 1 has lost the digits that matter.
function simpleReturn(previous: number, change: number): number {
  return previous > 0 ? change / previous : Number.NaN;
}
