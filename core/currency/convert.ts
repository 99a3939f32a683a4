import { nullCode, type StringColumn } from "../columnar/batch.ts";
import type { AssetClass } from "../market.ts";
import type { BaseRates } from "./rates.ts";

/** Classes whose prices are amounts of money, unlike yields and exchange rates themselves. */
export const convertibleClasses = [
  "stock",
  "etf",
  "index",
  "commodity",
  "crypto",
] as const satisfies AssetClass[];

export const isConvertible = (assetClass: AssetClass) =>
  (convertibleClasses as readonly AssetClass[]).includes(assetClass);

/** Closes in the base currency with the rates used; NaN where the currency or its rate is unknown. */
export function convertCloses(
  bars: { readonly close: Float64Array; readonly currency: StringColumn },
  sessionDates: Float64Array,
  rates: BaseRates,
): { readonly close_base: Float64Array; readonly fx_rate: Float64Array } {
  const { close, currency } = bars;
  const closeBase = new Float64Array(close.length).fill(Number.NaN);
  const fxRate = new Float64Array(close.length).fill(Number.NaN);
  for (let row = 0; row < close.length; row++) {
    const code = currency.codes[row]!;
    if (code === nullCode) continue;
    fxRate[row] = rates.rateOn(currency.values[code]!, sessionDates[row]!);
    closeBase[row] = close[row]! * fxRate[row]!;
  }
  return { close_base: closeBase, fx_rate: fxRate };
}
