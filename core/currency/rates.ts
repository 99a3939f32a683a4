/** Exchange rates of days: what one unit of a currency was worth in the base currency. */

import { mainUnitOf } from "./minor-units.ts";

/** How a rate follows from the close of a currency pair. */
export interface QuotedPair {
  /** Symbol of the pair in the lake. */
  readonly symbol: string;
  /** Whether the pair quotes the base currency in the other one. */
  readonly inverse: boolean;
}

/** The pairs that give a rate, best first: `USDINR`, also as Yahoo writes it, then the inverse. */
export function pairsOf(currency: string, base: string): QuotedPair[] {
  return [
    ...namesOf(currency, base).map((symbol) => ({ symbol, inverse: false })),
    ...namesOf(base, currency).map((symbol) => ({ symbol, inverse: true })),
  ];
}

/** Yahoo leaves the dollar out where it comes first: `INR=X`. */
function namesOf(of: string, inTerms: string): string[] {
  const names = [`${of}${inTerms}`, `${of}${inTerms}=X`];
  return of === "USD" ? [...names, `${inTerms}=X`] : names;
}

/** Daily closes of one pair, days (since the epoch) in ascending order. */
export interface PairCloses extends QuotedPair {
  readonly days: ArrayLike<number>;
  readonly closes: ArrayLike<number>;
}

/** Rates of currencies in terms of one base currency. */
export class BaseRates {
  readonly #base: string;
  readonly #carryDays: number;
  readonly #pairs: ReadonlyMap<string, readonly PairCloses[]>;

  /** @param pairs of each currency by its main unit, best first. @param carryDays how old a rate may be. */
  constructor(base: string, carryDays: number, pairs: ReadonlyMap<string, readonly PairCloses[]>) {
    this.#base = base;
    this.#carryDays = carryDays;
    this.#pairs = pairs;
  }

  /**
   * Base currency per unit of a currency, or of its hundredths such as `GBp`, as of a day; NaN where no rate of the last
   * `carryDays` days is known.
   */
  rateOn(quoted: string, day: number): number {
    const { currency, units } = mainUnitOf(quoted);
    return this.#mainRateOn(currency, day) / units;
  }

  #mainRateOn(currency: string, day: number): number {
    if (currency === this.#base) return 1;
    for (const pair of this.#pairs.get(currency) ?? []) {
      const last = lastUpTo(pair.days, day);
      if (last < 0 || pair.days[last]! < day - this.#carryDays) continue;
      const close = pair.closes[last]!;
      return pair.inverse ? 1 / close : close;
    }
    return Number.NaN;
  }
}

/** Index of the last element that is not greater than `limit`, or −1. */
function lastUpTo(sorted: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
