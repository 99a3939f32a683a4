import type { Instrument } from "../vendor/options.ts";

/** US Treasury yields: our names ↔ the Cboe indices that Yahoo has. */
const yields: Readonly<Record<string, string>> = {
  UST3M: "^IRX",
  UST5Y: "^FVX",
  UST10Y: "^TNX",
  UST30Y: "^TYX",
};

/** Yahoo's name of an instrument. Ours mostly are Yahoo's; `EURUSD` is `EURUSD=X`, `BRK.B` is `BRK-B`. */
export function yahooSymbol({ assetClass, symbol }: Instrument): string {
  if (assetClass === "forex") return symbol.includes("=") ? symbol : `${symbol}=X`;
  if (assetClass === "bond") return yields[symbol] ?? symbol;
  return /^[A-Z]+\.[ABC]$/.test(symbol) ? symbol.replace(".", "-") : symbol;
}

/** Whether an answer for `received` is one for `asked`: Yahoo shortens `USDINR=X` to `INR=X`. */
export function isSameSymbol(asked: string, received: string): boolean {
  return longForm(asked) === longForm(received);
}

const longForm = (name: string) => (/^[A-Z]{3}=X$/.test(name) ? `USD${name}` : name).toUpperCase();
