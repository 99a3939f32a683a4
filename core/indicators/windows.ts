/**
 * Means and deviations of sliding windows by two stacks (Tangwongsan, Hirzel, Schneider: "Low-latency sliding-window
 * aggregation in worst-case constant time", DEBS 2017, section 2): the series is cut into blocks as long as the window,
 * and a window is a suffix of one block and a prefix of the next. Nothing is ever subtracted from a sum, so rounding
 * errors neither cancel nor drift, and an outlier that has left the window leaves no trace.
 *
 * Sums are of differences to a pivot, the value before the block: prices of 1e7 ± 0.01 keep all their digits, and a flat
 * series gives exactly its value. Blocks are counted from the first bar of the symbol, hence a resumed series has the
 * same blocks, suffixes and prefixes, bit for bit.
 */

/** Values of one symbol, of which `values[0]` is number `firstBar`, from 0. Results are wanted at `[from, to)`. */
export interface WindowInput {
  readonly values: Float64Array;
  readonly firstBar: number;
  readonly from: number;
  readonly to: number;
}

export class SlidingMean {
  readonly #length: number;
  /** Element k: sum of the last `length − 1 − k` values of the previous block. */
  readonly #suffix: Float64Array;

  constructor(length: number) {
    this.#length = length;
    this.#suffix = new Float64Array(length);
  }

  /** Writes `means[i]` of the values up to and with i; NaN before the first full window. */
  write(input: WindowInput, means: Float64Array): void {
    const length = this.#length;
    for (let start = firstBlock(input, length); start < input.to; start += length) {
      const pivot = pivotOf(input.values, start);
      this.#sumSuffixes(input, start, pivot);
      this.#writeBlock(input, start, pivot, means);
    }
  }

  #sumSuffixes({ values, from }: WindowInput, start: number, pivot: number): void {
    const length = this.#length;
    const suffix = this.#suffix;
    const lowest = Math.max(from - start, length - 1 - start, 0);
    if (lowest > 0) suffix.fill(Number.NaN, 0, lowest);
    suffix[length - 1] = 0;
    let sum = 0;
    for (let k = length - 2; k >= lowest; k--) {
      sum += values[start + k + 1 - length]! - pivot;
      suffix[k] = sum;
    }
  }

  #writeBlock({ values, from, to }: WindowInput, start: number, pivot: number, means: Float64Array): void {
    const suffix = this.#suffix;
    const share = 1 / this.#length;
    const end = Math.min(start + this.#length, to);
    let prefix = 0;
    for (let i = start; i < from; i++) prefix += values[i]! - pivot;
    for (let i = Math.max(start, from); i < end; i++) {
      prefix += values[i]! - pivot;
      means[i] = pivot + (suffix[i - start]! + prefix) * share;
    }
  }
}

/** Below this share of the sum of squares, the variance has lost too many digits to the pivot's distance. */
const cancellationLimit = 1e-4;
const recomputeMark = -1;

export class SlidingDeviation {
  readonly #length: number;
  readonly #degreesOfFreedom: number;
  readonly #suffix: Float64Array;
  readonly #suffixOfSquares: Float64Array;

  /** `degreesOfFreedom`: `length` for the population's standard deviation, `length − 1` for the sample's. */
  constructor(length: number, degreesOfFreedom: number) {
    this.#length = length;
    this.#degreesOfFreedom = degreesOfFreedom;
    this.#suffix = new Float64Array(length);
    this.#suffixOfSquares = new Float64Array(length);
  }

  /** Writes `deviations[i]` and, in `offsets[i]`, value i less the mean; NaN before the first full window. */
  write(input: WindowInput, offsets: Float64Array, deviations: Float64Array): void {
    const length = this.#length;
    for (let start = firstBlock(input, length); start < input.to; start += length) {
      const pivot = pivotOf(input.values, start);
      this.#sumSuffixes(input, start, pivot);
      this.#writeBlock(input, start, pivot, offsets, deviations);
    }
  }

  #sumSuffixes({ values, from }: WindowInput, start: number, pivot: number): void {
    const length = this.#length;
    const suffix = this.#suffix;
    const suffixOfSquares = this.#suffixOfSquares;
    const lowest = Math.max(from - start, length - 1 - start, 0);
    if (lowest > 0) suffix.fill(Number.NaN, 0, lowest);
    suffix[length - 1] = 0;
    suffixOfSquares[length - 1] = 0;
    let sum = 0;
    let sumOfSquares = 0;
    for (let k = length - 2; k >= lowest; k--) {
      const difference = values[start + k + 1 - length]! - pivot;
      sum += difference;
      sumOfSquares += difference * difference;
      suffix[k] = sum;
      suffixOfSquares[k] = sumOfSquares;
    }
  }

  #writeBlock(
    { values, from, to }: WindowInput,
    start: number,
    pivot: number,
    offsets: Float64Array,
    deviations: Float64Array,
  ): void {
    const suffix = this.#suffix;
    const suffixOfSquares = this.#suffixOfSquares;
    const share = 1 / this.#length;
    const shareOfSquares = 1 / this.#degreesOfFreedom;
    const end = Math.min(start + this.#length, to);
    let prefix = 0;
    let prefixOfSquares = 0;
    let doubtful = false;
    for (let i = start; i < from; i++) {
      const difference = values[i]! - pivot;
      prefix += difference;
      prefixOfSquares += difference * difference;
    }
    for (let i = Math.max(start, from); i < end; i++) {
      const difference = values[i]! - pivot;
      prefix += difference;
      prefixOfSquares += difference * difference;
      const sum = suffix[i - start]! + prefix;
      const sumOfSquares = suffixOfSquares[i - start]! + prefixOfSquares;
      const centred = sumOfSquares - sum * sum * share;
      offsets[i] = difference - sum * share;
      // Only marked: with a call in it, the loop would take twice as long.
      const cancelled = centred < sumOfSquares * cancellationLimit;
      deviations[i] = cancelled ? recomputeMark : Math.sqrt(centred * shareOfSquares);
      doubtful ||= cancelled;
    }
    if (!doubtful) return;
    for (let i = Math.max(start, from); i < end; i++) {
      if (deviations[i] === recomputeMark) this.#recompute(values, i, offsets, deviations);
    }
  }

  /** Two passes over the window, for a pivot that lies far off: a jump since the block began. */
  #recompute(values: Float64Array, at: number, offsets: Float64Array, deviations: Float64Array): void {
    const pivot = values[at]!;
    const first = at + 1 - this.#length;
    let sum = 0;
    for (let i = first; i < at; i++) sum += values[i]! - pivot;
    const mean = sum / this.#length;
    let centred = 0;
    for (let i = first; i <= at; i++) centred += (values[i]! - pivot - mean) ** 2;
    offsets[at] = -mean;
    deviations[at] = Math.sqrt(centred / this.#degreesOfFreedom);
  }
}

/** Where the block of the first wanted value starts; never negative, as a history shorter than a block is complete. */
function firstBlock({ firstBar, from }: WindowInput, length: number): number {
  return from - ((firstBar + from) % length);
}

/** Any value near the block will do; one that is missing must not spread to windows without it. */
function pivotOf(values: Float64Array, start: number): number {
  const value = values[Math.max(start - 1, 0)]!;
  return Number.isNaN(value) ? 0 : value;
}
