/**
 * LEAN's factor files (https://github.com/QuantConnect/Lean, "Data/equity/usa/factor_files"): a row holds for the days
 * up to its date, so an event lies between two rows. Its ex-date is the session after the earlier row's date; that
 * row's reference price is the close on the date.
 */
import { xnys } from "../calendar/index.ts";
import type { CorporateAction } from "../providers/provider.ts";

export interface LeanFactor {
  readonly symbol: string;
  readonly date: string;
  /** Product of `1 − amount ÷ reference price` of the later dividends. */
  readonly priceFactor: number;
  /** Product of the reciprocal ratios of the later splits. */
  readonly splitFactor: number;
  readonly referencePrice: number;
}

/** The files give factors with six or seven digits; a change smaller than this is rounding. */
const relativeRounding = 2e-5;
const priceFactorRounding = 5e-7;
/** What seven digits of a factor tell of a dividend on a share of some hundred dollars. */
const amountDigits = 4;
/** Ratios of real splits are quotients of small whole numbers: 7:1, 3:2, 1:10, 21:20. */
const denominatorMax = 20;

/** The splits and dividends from which rows of factors follow; rows of a symbol stand together, by date. */
export function actionsOfFactors(factors: readonly LeanFactor[], currency: string | null): CorporateAction[] {
  return factors.slice(1).flatMap((after, index) => {
    const before = factors[index]!;
    if (before.symbol !== after.symbol) return [];
    const common = { symbol: before.symbol, exDate: xnys.nextSession(before.date).date, currency };
    const actions: CorporateAction[] = [];
    const ratio = after.splitFactor / before.splitFactor;
    if (Math.abs(ratio - 1) > relativeRounding) {
      actions.push({ ...common, kind: "split", ratio: simpleRatio(ratio), amount: null });
    }
    const paid = 1 - before.priceFactor / after.priceFactor;
    if (paid > priceFactorRounding) {
      const amount = Number((paid * before.referencePrice).toFixed(amountDigits));
      if (amount > 0) actions.push({ ...common, kind: "dividend", ratio: null, amount });
    }
    return actions;
  });
}

/** The quotient of small whole numbers that rounding made into `ratio`, or `ratio` itself where there is none. */
function simpleRatio(ratio: number): number {
  const inverted = ratio < 1;
  const large = inverted ? 1 / ratio : ratio;
  for (let denominator = 1; denominator <= denominatorMax; denominator++) {
    const numerator = Math.round(large * denominator);
    if (Math.abs(numerator / denominator / large - 1) < relativeRounding) {
      return inverted ? denominator / numerator : numerator / denominator;
    }
  }
  return ratio;
}
