import type { Instrument } from "../vendor/options.ts";

/**
 * CoinMarketCap's ids of the largest coins. Symbols are neither unique nor stable there, ids are
 * (https://pro-api.coinmarketcap.com/v1/cryptocurrency/map). Others come with the options.
 */
const wellKnownIds: Readonly<Record<string, number>> = {
  BTC: 1,
  LTC: 2,
  XRP: 52,
  DOGE: 74,
  XLM: 512,
  USDT: 825,
  ETH: 1027,
  BCH: 1831,
  BNB: 1839,
  TRX: 1958,
  LINK: 1975,
  ADA: 2010,
  USDC: 3408,
};

export type CoinIds = Readonly<Record<string, number>>;

/** `BTC-USD` as coin and currency. A coin without a known id is asked for by its symbol. */
export interface Pair {
  readonly coin: string;
  readonly currency: string;
  readonly id: number | null;
}

/** Null for what is no pair. */
export function pairOf({ symbol }: Instrument, ids: CoinIds = {}): Pair | null {
  const match = /^([A-Z0-9]+)[-/]([A-Z]{3,5})$/.exec(symbol);
  if (match === null) return null;
  const [, coin, currency] = match;
  return { coin: coin!, currency: currency!, id: ids[coin!] ?? wellKnownIds[coin!] ?? null };
}
