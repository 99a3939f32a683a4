import type { Instrument } from "../vendor/options.ts";

/** FMP's name of an instrument: `BTCUSD`, `EURUSD`, `GCUSD`, `BRK-B`, `^GSPC`. Treasury yields have none, see `maturityOf`. */
export function fmpSymbol({ assetClass, symbol }: Instrument): string {
  switch (assetClass) {
    case "crypto":
      return symbol.replaceAll(/[-/]/g, "");
    case "forex":
      return pairOf(symbol);
    case "commodity":
      return symbol.endsWith("=F") ? `${symbol.slice(0, -2)}USD` : symbol;
    case "stock":
    case "etf":
      return /^[A-Z]+\.[ABC]$/.test(symbol) ? symbol.replace(".", "-") : symbol;
    case "index":
    case "bond":
      return symbol;
  }
}

/** `EURUSD=X` and `EUR/USD` are `EURUSD`, `INR=X` is `USDINR`. */
function pairOf(symbol: string): string {
  const name = symbol.replace(/=X$/, "").replace("/", "");
  return name.length === 3 ? `USD${name}` : name;
}

/** The field of a treasury row that holds a yield of ours: `UST10Y` is `year10`, `UST3M` is `month3`. Null for others. */
export function maturityOf(symbol: string): string | null {
  const match = /^UST(\d{1,2})([MY])$/.exec(symbol);
  return match === null ? null : `${match[2] === "M" ? "month" : "year"}${match[1]}`;
}

/** The currency of a pair, or null for what is no pair. */
export function quoteCurrencyOf({ assetClass, symbol }: Instrument): string | null {
  if (assetClass === "forex") return pairOf(symbol).slice(3);
  return assetClass === "crypto" ? (/[-/]([A-Z]{3,5})$/.exec(symbol)?.[1] ?? null) : null;
}
