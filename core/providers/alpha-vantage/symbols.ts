import type { Instrument } from "../vendor/options.ts";

/** Alpha Vantage's functions for commodities that it has daily. */
const commodities: Readonly<Record<string, string>> = {
  "WTI-SPOT": "WTI",
  "BRENT-SPOT": "BRENT",
  "HENRYHUB-SPOT": "NATURAL_GAS",
};

const maturities: Readonly<Record<string, string>> = {
  UST3M: "3month",
  UST2Y: "2year",
  UST5Y: "5year",
  UST7Y: "7year",
  UST10Y: "10year",
  UST30Y: "30year",
};

/** Suffixes of foreign exchanges: Yahoo's, which are ours, and Alpha Vantage's. */
const suffixes: Readonly<Record<string, string>> = {
  L: "LON",
  TO: "TRT",
  DE: "DEX",
  BO: "BSE",
  SS: "SHH",
  SZ: "SHZ",
};

/** `BRK-B`, `TSCO.LON`: the symbol of a share. */
export function alphaVantageSymbol({ symbol }: Instrument): string {
  if (/^[A-Z]+\.[ABC]$/.test(symbol)) return symbol.replace(".", "-");
  const dot = symbol.lastIndexOf(".");
  const suffix = dot < 0 ? undefined : suffixes[symbol.slice(dot + 1)];
  return suffix === undefined ? symbol : `${symbol.slice(0, dot)}.${suffix}`;
}

/** The two codes of `BTC-USD`, `EURUSD`, `EURUSD=X` or `INR=X`; null for what is no pair. */
export function pairOf({ assetClass, symbol }: Instrument): readonly [string, string] | null {
  if (assetClass !== "forex" && assetClass !== "crypto") return null;
  const [base, quote] = symbol.replace(/=X$/, "").split(/[-/]/);
  if (quote !== undefined) return [base!, quote];
  if (assetClass === "crypto") return null;
  if (base!.length === 3) return ["USD", base!];
  return base!.length === 6 ? [base!.slice(0, 3), base!.slice(3)] : null;
}

export const commodityFunctionOf = (symbol: string): string | null => commodities[symbol] ?? null;
export const maturityOf = (symbol: string): string | null => maturities[symbol] ?? null;
