import { bandLength, writeBands } from "./bands.ts";
import { dropInfinities } from "./missing.ts";
import { followMovement } from "./movement.ts";
import { smooth } from "./smoothing.ts";
import { historyLength, slot, slotCount } from "./state.ts";
import type { IndicatorColumns, IndicatorInput, Strip } from "./strip.ts";
import { followTimes } from "./times.ts";
import { SlidingDeviation, SlidingMean } from "./windows.ts";

/** New bars a strip takes at most: what its kernels read and write several times then stays in the cache. */
export const stripLength = 1_024;

const capacity = historyLength + stripLength;

/** Every kernel over one strip after the other, with the scratch arrays that the strips share. */
export class StripKernels {
  readonly #bars: IndicatorInput["columns"];
  readonly #columns: IndicatorColumns;
  readonly #closes = new Float64Array(capacity);
  readonly #returns = new Float64Array(capacity);
  readonly #means = new Float64Array(capacity);
  readonly #offsets = new Float64Array(capacity);
  readonly #deviations = new Float64Array(capacity);
  readonly #mean50 = new SlidingMean(50);
  readonly #closeDeviation = new SlidingDeviation(bandLength, bandLength);
  readonly #returnDeviation = new SlidingDeviation(bandLength, bandLength - 1);

  constructor(bars: IndicatorInput["columns"], columns: IndicatorColumns) {
    this.#bars = bars;
    this.#columns = columns;
  }

  /** Computes rows `[begin, end)`, all of the symbol to which `slots` belong, and moves the slots on. */
  advance(slots: Float64Array, begin: number, end: number): void {
    const columns = this.#columns;
    followTimes(slots, this.#bars, columns, begin, end);
    const strip = this.#load(slots, begin, end);
    followMovement(strip, slots, this.#bars, columns);
    smooth(strip, slots, columns);
    this.#writeMeans(strip);
    this.#writeDeviations(strip);
    dropInfinities(strip, slots, columns);
    store(strip, slots);
  }

  #writeMeans({ closes, from, to, firstBar, rowOffset }: Strip): void {
    const means = this.#means;
    const { sma_50, sma_200 } = this.#columns;
    const first = Math.max(from - 150, 0);
    this.#mean50.write({ values: closes, firstBar, from: first, to }, means);
    sma_50.set(means.subarray(from, to), from + rowOffset);
    // Four means of 50 bars side by side are the mean of 200.
    const full = Math.max(from, 150);
    for (let i = full; i < to; i++) {
      sma_200[i + rowOffset] = 0.25 * (means[i]! + means[i - 50]! + (means[i - 100]! + means[i - 150]!));
    }
    sma_200.fill(Number.NaN, from + rowOffset, Math.min(full, to) + rowOffset);
  }

  #writeDeviations(strip: Strip): void {
    const { closes, returns, from, to, firstBar, rowOffset } = strip;
    const offsets = this.#offsets;
    const deviations = this.#deviations;
    this.#closeDeviation.write({ values: closes, firstBar, from, to }, offsets, deviations);
    writeBands(strip, offsets, deviations, this.#columns);
    this.#returnDeviation.write({ values: returns, firstBar, from, to }, offsets, deviations);
    this.#columns.volatility_20.set(deviations.subarray(from, to), from + rowOffset);
  }

  #load(slots: Float64Array, begin: number, end: number): Strip {
    // As an integer: indices that start as doubles stay doubles, and every kernel takes twice as long.
    const barCount = slots[slot.barCount]! | 0;
    const from = Math.min(barCount, historyLength);
    const closes = this.#closes;
    closes.set(slots.subarray(slotCount - from));
    closes.set(this.#bars.close.subarray(begin, end), from);
    return {
      closes,
      returns: this.#returns,
      from,
      to: from + end - begin,
      firstBar: barCount - from,
      rowOffset: begin - from,
    };
  }
}

function store({ closes, to, firstBar }: Strip, slots: Float64Array): void {
  const kept = Math.min(to, historyLength);
  slots.set(closes.subarray(to - kept, to), slotCount - kept);
  slots[slot.barCount] = firstBar + to;
}
