/**
 * What the indicators remember of a symbol: some recursive averages and its last 200 closes. Everything that looks
 * back over a window is a function of those closes and of the number of bars so far, so no running sum is stored.
 */

/** Closes that the longest window, SMA 200, looks back on. */
export const historyLength = 200;

/** Offsets of a symbol's values in its slots. A value that is not seeded yet is NaN. */
export const slot = {
  /** Bars so far. */
  barCount: 0,
  /** Start of the newest bar, UTC ms. */
  lastTs: 1,
  /** Greatest `ingested_at` so far, UTC ms. */
  computedAt: 2,
  ema12: 3,
  ema26: 4,
  /** MACD's own EMA 12, which is seeded later than `ema12`. */
  macdFast: 5,
  macdSignal: 6,
  /** Twice RSI's average gain. */
  doubleGain: 7,
  /** RSI's average gain plus average loss. */
  averageMove: 8,
  averageTrueRange: 9,
  /** Sum of the first true ranges, until 14 of them seed the average. */
  trueRangeSum: 10,
  /** The last `historyLength` closes, oldest first, the newest always in the last slot; NaN before the first bar. */
  closes: 11,
} as const;

export const slotCount = slot.closes + historyLength;

/** The recursive state of every symbol after its last bar so far. Immutable; symbols are in ascending UTF-16 order. */
export class IndicatorStates {
  readonly symbols: readonly string[];
  /** `slotCount` values per symbol, symbol after symbol. */
  readonly slots: Float64Array;

  constructor(symbols: readonly string[], slots: Float64Array) {
    this.symbols = symbols;
    this.slots = slots;
  }

  static empty(): IndicatorStates {
    return new IndicatorStates([], new Float64Array(0));
  }

  get symbolCount(): number {
    return this.symbols.length;
  }

  /** A copy to write to, in which every one of `symbols` has slots; those that are new stand before their first bar. */
  copyWith(symbols: Iterable<string>): IndicatorStates {
    const merged = [...new Set([...this.symbols, ...symbols])].sort();
    if (merged.length === this.symbolCount) return new IndicatorStates(this.symbols, this.slots.slice());
    const slots = new Float64Array(merged.length * slotCount).fill(Number.NaN);
    let known = 0;
    for (let i = 0; i < merged.length; i++) {
      const base = i * slotCount;
      if (merged[i] === this.symbols[known]) {
        slots.set(this.slots.subarray(known * slotCount, (known + 1) * slotCount), base);
        known++;
      } else {
        slots[base + slot.barCount] = 0;
        slots[base + slot.lastTs] = -Infinity;
        slots[base + slot.computedAt] = -Infinity;
        slots[base + slot.trueRangeSum] = 0;
      }
    }
    return new IndicatorStates(merged, slots);
  }
}
