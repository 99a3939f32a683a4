/**
 * Exchanges that quote in hundredths of their currency, as vendors tell of them: prices are kept as quoted, so that the
 * currency of a bar may be the smaller unit. London quotes pence (GBp, GBX), Johannesburg cents (ZAc), Tel Aviv agorot (ILA).
 * ISO 4217 has no code for any of them.
 */
const hundredths: ReadonlyMap<string, string> = new Map([
  ["GBp", "GBP"],
  ["GBX", "GBP"],
  ["ZAc", "ZAR"],
  ["ZAC", "ZAR"],
  ["ILA", "ILS"],
]);

/** The currency that has exchange rates, and how many of the given units make one of it. */
export function mainUnitOf(currency: string): { readonly currency: string; readonly units: number } {
  const main = hundredths.get(currency);
  return main === undefined ? { currency, units: 1 } : { currency: main, units: 100 };
}
