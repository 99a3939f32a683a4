/** What a vendor's symbol stands for, by our names. */
import type { AssetClass } from "../../../../core/market.ts";

export interface Named {
  readonly assetClass: AssetClass;
  readonly symbol: string;
}

const etfs = new Set(["SPY", "QQQ", "IWM", "DIA", "VTI", "EEM", "GLD", "TLT", "XLF", "XLK"]);
const cryptos = new Set(["BTC", "ETH", "SOL", "XRP", "ADA", "DOGE", "LTC", "BNB", "DOT", "AVAX"]);
const currencies = /^(USD|EUR|GBP|JPY|CHF|AUD|CAD|NZD|INR|TRY|CNY|SEK|NOK|MXN|ZAR)(?=...$)/;
/** Yields by the names that Yahoo has for them. */
const yields: Readonly<Record<string, string>> = {
  "^IRX": "UST3M",
  "^FVX": "UST5Y",
  "^TNX": "UST10Y",
  "^TYX": "UST30Y",
};

export function named(vendorSymbol: string): Named {
  const symbol = vendorSymbol.toUpperCase();
  if (symbol in yields) return { assetClass: "bond", symbol: yields[symbol]! };
  if (symbol.startsWith("^")) return { assetClass: "index", symbol };
  if (symbol.endsWith("=F")) return { assetClass: "commodity", symbol };
  if (symbol.endsWith("=X"))
    return { assetClass: "forex", symbol: symbol.length === 5 ? `USD${symbol}` : symbol };
  const crypto = /^([A-Z]+)-?(USD[TC]?)$/.exec(symbol)?.[1];
  if (crypto !== undefined && cryptos.has(crypto)) return { assetClass: "crypto", symbol: `${crypto}-USD` };
  if (/^[A-Z]{2}USD$/.test(symbol)) return { assetClass: "commodity", symbol };
  if (symbol.length === 6 && currencies.test(symbol)) return { assetClass: "forex", symbol };
  return { assetClass: etfs.has(symbol) ? "etf" : "stock", symbol: symbol.replace(/-(?=[ABC]$)/, ".") };
}
