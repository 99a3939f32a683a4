/** The recursive averages of closes: EMA, MACD and RSI, in one loop because each waits for its own previous value. */
import { slot } from "./state.ts";
import type { IndicatorColumns, Strip } from "./strip.ts";
import { smoothed, wilderSeed, wilderWeight } from "./wilder.ts";

const ema12Weight = 2 / (12 + 1);
const ema26Weight = 2 / (26 + 1);
const signalWeight = 2 / (9 + 1);

/** Numbers of the bars, counted from 1, with which an average gets its first value. */
const ema12Seed = 12;
const ema26Seed = 26;
const signalSeed = 34;

/**
 * Writes the columns of EMA, MACD and RSI and the symbol's slots. An average that is not seeded is NaN, and so is
 * everything computed from it: the loop runs from seed to seed and needs to know nothing of warm-up.
 */
export function smooth(strip: Strip, slots: Float64Array, columns: IndicatorColumns): void {
  const { from, to, firstBar, rowOffset } = strip;
  const warmingUp = firstBar + from < signalSeed;
  let next = from;
  if (warmingUp) {
    for (const seed of [ema12Seed, wilderSeed, ema26Seed, signalSeed]) {
      if (seed <= from || seed > to) continue;
      recur(strip, slots, columns, next, seed);
      plant(seed, strip, slots, columns);
      next = seed;
    }
  }
  recur(strip, slots, columns, next, to);
  // TA-Lib withholds the line until the signal exists.
  if (warmingUp)
    columns.macd_line.fill(Number.NaN, rowOffset + from, rowOffset + Math.min(signalSeed - 1, to));
}

/** Gives the averages that start with bar number `seed` their first value. Until then `closes` holds every bar. */
function plant(
  seed: number,
  { closes, rowOffset }: Strip,
  slots: Float64Array,
  columns: IndicatorColumns,
): void {
  const row = seed - 1 + rowOffset;
  if (seed === ema12Seed) {
    slots[slot.ema12] = columns.ema_12[row] = mean(closes, 0, ema12Seed);
  } else if (seed === wilderSeed) {
    const { doubleGain, move } = meanMoves(closes);
    slots[slot.doubleGain] = doubleGain;
    slots[slot.averageMove] = move;
    columns.rsi_14[row] = relativeStrength(doubleGain, move);
  } else if (seed === ema26Seed) {
    slots[slot.ema26] = columns.ema_26[row] = mean(closes, 0, ema26Seed);
    slots[slot.macdFast] = mean(closes, ema26Seed - ema12Seed, ema26Seed);
  } else {
    const signal = meanMacdLine(closes);
    slots[slot.macdSignal] = columns.macd_signal[row] = signal;
    columns.macd_histogram[row] = columns.macd_line[row]! - signal;
  }
}

function recur(
  { closes, rowOffset }: Strip,
  slots: Float64Array,
  columns: IndicatorColumns,
  begin: number,
  end: number,
): void {
  const { ema_12, ema_26, macd_line, macd_signal, macd_histogram, rsi_14 } = columns;
  let ema12 = slots[slot.ema12]!;
  let ema26 = slots[slot.ema26]!;
  let fast = slots[slot.macdFast]!;
  let signal = slots[slot.macdSignal]!;
  let doubleGain = slots[slot.doubleGain]!;
  let move = slots[slot.averageMove]!;
  let previous = begin > 0 ? closes[begin - 1]! : Number.NaN;
  for (let i = begin, row = begin + rowOffset; i < end; i++, row++) {
    const close = closes[i]!;
    ema12 = smoothed(ema12, close, ema12Weight);
    ema26 = smoothed(ema26, close, ema26Weight);
    fast = smoothed(fast, close, ema12Weight);
    const line = fast - ema26;
    signal = smoothed(signal, line, signalWeight);
    const change = close - previous;
    const size = Math.abs(change);
    // Twice the gain: without the halving, which cancels in the quotient.
    doubleGain = smoothed(doubleGain, size + change, wilderWeight);
    move = smoothed(move, size, wilderWeight);
    ema_12[row] = ema12;
    ema_26[row] = ema26;
    macd_line[row] = line;
    macd_signal[row] = signal;
    macd_histogram[row] = line - signal;
    rsi_14[row] = relativeStrength(doubleGain, move);
    previous = close;
  }
  slots[slot.ema12] = ema12;
  slots[slot.ema26] = ema26;
  slots[slot.macdFast] = fast;
  slots[slot.macdSignal] = signal;
  slots[slot.doubleGain] = doubleGain;
  slots[slot.averageMove] = move;
}

/** RSI from twice the average gain and the average of gain plus loss; 0 where nothing has moved. */
function relativeStrength(doubleGain: number, move: number): number {
  return 50 * (doubleGain / Math.max(move, Number.MIN_VALUE));
}

/** Of `values[begin, end)`; exact where all are equal. */
function mean(values: Float64Array, begin: number, end: number): number {
  const pivot = values[begin]!;
  let sum = 0;
  for (let i = begin + 1; i < end; i++) sum += values[i]! - pivot;
  return pivot + sum / (end - begin);
}

/** Of the 14 changes up to bar 15: the average of twice the gain, and of gain plus loss. */
function meanMoves(closes: Float64Array): { doubleGain: number; move: number } {
  let doubleGain = 0;
  let move = 0;
  for (let i = 1; i < wilderSeed; i++) {
    const change = closes[i]! - closes[i - 1]!;
    doubleGain += Math.abs(change) + change;
    move += Math.abs(change);
  }
  return { doubleGain: doubleGain * wilderWeight, move: move * wilderWeight };
}

/** The first value of the MACD signal: the mean of the lines of bars 26 to 34. */
function meanMacdLine(closes: Float64Array): number {
  let fast = mean(closes, ema26Seed - ema12Seed, ema26Seed);
  let slow = mean(closes, 0, ema26Seed);
  let sum = fast - slow;
  for (let i = ema26Seed; i < signalSeed; i++) {
    fast = smoothed(fast, closes[i]!, ema12Weight);
    slow = smoothed(slow, closes[i]!, ema26Weight);
    sum += fast - slow;
  }
  return sum / (signalSeed - ema26Seed + 1);
}
