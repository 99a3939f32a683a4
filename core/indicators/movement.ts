/** What each bar did against the close before it: change, return and true range. */
import { bandLength } from "./bands.ts";
import { slot } from "./state.ts";
import type { IndicatorColumns, IndicatorInput, Strip } from "./strip.ts";
import { smoothed, wilderSeed, wilderWeight } from "./wilder.ts";

/** Closes from which returns are counted: positive, and not so small that quotients of usual prices overflow. */
const baseCloseMin = 1e-70;

/**
 * Writes price_change, price_change_pct and atr_14 of the new bars, their returns and those that windows look back on,
 * and the symbol's slots of ATR.
 */
export function followMovement(
  strip: Strip,
  slots: Float64Array,
  bars: IndicatorInput["columns"],
  columns: IndicatorColumns,
): void {
  const { closes, returns, from, to, firstBar } = strip;
  for (let i = Math.max(from - bandLength, 1); i < from; i++) {
    returns[i] = (closes[i]! - closes[i - 1]!) / closes[i - 1]!;
  }
  if (firstBar + from < wilderSeed) {
    const seeded = Math.min(wilderSeed, to);
    sumTrueRanges(strip, slots, bars, seeded);
    move(strip, slots, bars, columns, from, seeded);
    if (to >= wilderSeed) plantTrueRange(strip, slots, columns);
    move(strip, slots, bars, columns, seeded, to);
  } else {
    move(strip, slots, bars, columns, from, to);
  }
  dropReturns(strip, columns);
}

/** Bars `[begin, end)`. While the average true range is not seeded it is NaN, and so is ATR. */
function move(
  { closes, returns, rowOffset }: Strip,
  slots: Float64Array,
  { high, low }: IndicatorInput["columns"],
  { price_change, price_change_pct, atr_14 }: IndicatorColumns,
  begin: number,
  end: number,
): void {
  let previous = begin > 0 ? closes[begin - 1]! : Number.NaN;
  let range = slots[slot.averageTrueRange]!;
  for (let i = begin; i < end; i++) {
    const row = i + rowOffset;
    // Not close ÷ previous − 1: the difference of prices is exact, a quotient near 1 has lost the digits that matter.
    const change = closes[i]! - previous;
    const fraction = change / previous;
    range = smoothed(range, trueRange(high[row]!, low[row]!, previous), wilderWeight);
    price_change[row] = change;
    price_change_pct[row] = 100 * fraction;
    returns[i] = fraction;
    atr_14[row] = range;
    previous = closes[i]!;
  }
  slots[slot.averageTrueRange] = range;
}

/** In a loop of its own: a condition in the loop above would take longer than this one. */
function dropReturns({ closes, returns, from, to, rowOffset }: Strip, columns: IndicatorColumns): void {
  for (let i = Math.max(from - bandLength, 0); i < to; i++) {
    if (i > 0 && closes[i - 1]! > baseCloseMin) continue;
    returns[i] = Number.NaN;
    if (i >= from) columns.price_change_pct[i + rowOffset] = Number.NaN;
  }
}

function plantTrueRange({ rowOffset }: Strip, slots: Float64Array, columns: IndicatorColumns): void {
  const mean = slots[slot.trueRangeSum]! * wilderWeight;
  slots[slot.averageTrueRange] = columns.atr_14[wilderSeed - 1 + rowOffset] = mean;
}

/** Adds the true ranges of bars 2 to 15, the only ones of which an average is not yet kept. */
function sumTrueRanges(
  { closes, from, rowOffset }: Strip,
  slots: Float64Array,
  { high, low }: IndicatorInput["columns"],
  end: number,
): void {
  let sum = slots[slot.trueRangeSum]!;
  for (let i = Math.max(from, 1); i < end; i++) {
    sum += trueRange(high[i + rowOffset]!, low[i + rowOffset]!, closes[i - 1]!);
  }
  slots[slot.trueRangeSum] = sum;
}

/**
 * The greatest of high − low, |high − previous close| and |low − previous close|, as the bar's range and what the
 * previous close lies above or below it. `Math.max` would double the time of the loop.
 */
function trueRange(high: number, low: number, previousClose: number): number {
  const above = previousClose - high;
  const below = low - previousClose;
  return high - low + 0.5 * (above + Math.abs(above) + (below + Math.abs(below)));
}
