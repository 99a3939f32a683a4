/** https://pro-api.coinmarketcap.com */
import type { Market } from "../market.ts";
import { jsonReply, type Reply, type Route, type VendorRequest } from "../vendors.ts";
import { dayMs } from "./times.ts";

export const coinMarketCapRoute: Route = {
  provider: "coinmarketcap",
  path: /^\/v[123]\/(?:cryptocurrency|key)\//,
  answer,
};

/** Ids of CoinMarketCap for the coins that this market knows by symbol. */
const ids: Readonly<Record<string, number>> = {
  BTC: 1,
  LTC: 2,
  XRP: 52,
  DOGE: 74,
  ETH: 1_027,
  BNB: 1_839,
  ADA: 2_010,
  SOL: 5_426,
  AVAX: 5_805,
  DOT: 6_636,
};
const symbolsById = new Map(Object.entries(ids).map(([symbol, id]) => [String(id), symbol]));

function answer({ path, query }: VendorRequest, market: Market): Reply {
  const asked = (query["symbol"] ?? query["id"] ?? "").split(",").filter((name) => name !== "");
  const unknown = asked.filter((name) => !(name in ids) && !symbolsById.has(name));
  const endpoint = path.replace(/^\/v[123]\//, "");
  if (endpoint === "cryptocurrency/map") {
    const rows = Object.entries(ids).filter(([symbol]) => asked.length === 0 || asked.includes(symbol));
    return reply(
      market,
      rows.map(([symbol, id]) => ({ id, symbol, name: symbol, slug: symbol.toLowerCase(), is_active: 1 })),
    );
  }
  if (unknown.length > 0 && query["skip_invalid"] !== "true") {
    return refusal(market, 400, `Invalid value for "symbol": "${unknown.join(",")}"`);
  }
  const known = asked.filter((name) => !unknown.includes(name));
  switch (endpoint) {
    case "cryptocurrency/quotes/latest":
      return reply(market, latest(path, query, known, market));
    case "cryptocurrency/ohlcv/historical": {
      const { data, points } = history(query, known, market);
      return reply(market, data, Math.max(1, Math.ceil(points / pointsPerCredit)));
    }
    default:
      return refusal(market, 404, "The requested endpoint does not exist.");
  }
}

const pointsPerCredit = 100;

const status = (market: Market, code: number, message: string | null, credits = 1) => ({
  timestamp: new Date(market.nowMs()).toISOString(),
  error_code: code,
  error_message: message,
  elapsed: 1,
  credit_count: code === 0 ? credits : 0,
  notice: null,
});

const reply = (market: Market, data: unknown, credits = 1) =>
  jsonReply({ status: status(market, 0, null, credits), data });
const refusal = (market: Market, code: number, message: string) =>
  jsonReply({ status: status(market, code, message) }, code);

const coinOf = (name: string) => symbolsById.get(name) ?? name;
const facts = (symbol: string) => ({ id: ids[symbol], name: symbol, symbol, slug: symbol.toLowerCase() });

function dailyBars(market: Market, coin: string, fromMs: number, toMs: number) {
  const symbol = `${coin}-USD`;
  return market.bars({ assetClass: "crypto", symbol, interval: "1d", fromMs, toMs, basis: "traded" });
}

/** v1 has an object per coin; v2 by symbol an array of them, by id an object; v3 an array whose quotes are arrays. */
function latest(
  path: string,
  query: Readonly<Record<string, string>>,
  names: readonly string[],
  market: Market,
): unknown {
  const nowMs = market.nowMs();
  const rows = names.map((name) => {
    const bar = dailyBars(market, coinOf(name), nowMs - 2 * dayMs, nowMs).at(-1)!;
    const updated = new Date(nowMs).toISOString();
    const usd = { price: bar.close, volume_24h: bar.volume, market_cap: 0, last_updated: updated };
    const quote = path.startsWith("/v3") ? [{ id: 2_781, symbol: "USD", ...usd }] : { USD: usd };
    return [name, { ...facts(coinOf(name)), last_updated: updated, quote }] as const;
  });
  if (path.startsWith("/v3")) return rows.map(([, row]) => row);
  const isListed = path.startsWith("/v2") && query["symbol"] !== undefined;
  return Object.fromEntries(rows.map(([name, row]) => [name, isListed ? [row] : row]));
}

/** `time_start` is exclusive, `time_end` inclusive, as documented. */
function history(query: Readonly<Record<string, string>>, names: readonly string[], market: Market) {
  const endMs = timeOf(query["time_end"]) ?? market.nowMs();
  const startMs = timeOf(query["time_start"]) ?? endMs - 11 * dayMs;
  const coins = names.map((name) => {
    const bars = dailyBars(market, coinOf(name), startMs + 1, endMs + 1);
    return [
      name,
      { ...facts(coinOf(name)), quotes: bars.map(({ tsMs, ...bar }) => day(tsMs, bar)) },
    ] as const;
  });
  const points = coins.reduce((sum, [, coin]) => sum + coin.quotes.length, 0);
  const isBySymbol = query["symbol"] !== undefined;
  const listed = () => Object.fromEntries(coins.map(([name, coin]) => [name, isBySymbol ? [coin] : coin]));
  const data: unknown = coins.length === 1 && !isBySymbol ? coins[0]![1] : listed();
  return { data, points };
}

function day(tsMs: number, bar: Readonly<Record<"open" | "high" | "low" | "close" | "volume", number>>) {
  const timestamp = new Date(tsMs + dayMs - 1).toISOString();
  return {
    time_open: new Date(tsMs).toISOString(),
    time_close: timestamp,
    time_high: timestamp,
    time_low: timestamp,
    quote: { USD: { ...bar, market_cap: 0, timestamp } },
  };
}

const timeOf = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  return /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
};
