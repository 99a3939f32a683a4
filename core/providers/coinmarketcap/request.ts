import { intervalMs, utcDate } from "../../market.ts";
import type { BarQuery } from "../provider.ts";
import type { VendorCall } from "../vendor/ask.ts";
import type { Window } from "../vendor/bar-rows.ts";
import { spans } from "../vendor/spans.ts";
import { type CoinIds, type Pair, pairOf } from "./symbols.ts";

const barsPerCallMax = 5_000;
/** https://coinmarketcap.com/api/documentation/v1/#operation/getV2CryptocurrencyOhlcvHistorical, "Plan credit use" */
const barsPerCredit = 100;

export interface CoinMarketCapRequest {
  /** Null where the symbol is no pair such as `BTC-USD`. */
  readonly call: VendorCall | null;
  readonly pair: Pair | null;
  readonly symbol: string;
  readonly window: Window;
}

/** Hourly or daily candles of one coin. */
export function coinMarketCapRequests(query: BarQuery, ids: CoinIds): CoinMarketCapRequest[] {
  return query.symbols.flatMap((symbol): CoinMarketCapRequest[] => {
    const window = { fromMs: query.fromMs, toMs: query.toMs };
    const pair = pairOf({ assetClass: query.assetClass, symbol }, ids);
    if (pair === null) return [{ call: null, pair, symbol, window }];
    return spans(window, barsPerCallMax * intervalMs[query.interval]).map((piece) => ({
      call: candlesCall(query, symbol, pair, piece),
      pair,
      symbol,
      window: piece,
    }));
  });
}

/**
 * `time_start` is excluded and `time_end` included, so the window begins one bar early. Without `count` an answer may be cut
 * to ten bars.
 */
function candlesCall(
  { interval, asOfMs }: BarQuery,
  symbol: string,
  pair: Pair,
  { fromMs, toMs }: Window,
): VendorCall {
  const isDaily = interval === "1d";
  const barNumber = (tsMs: number) => Math.floor(tsMs / intervalMs[interval]);
  const bars = barNumber(Math.min(toMs, asOfMs) - 1) - barNumber(fromMs) + 1;
  const timeOf = isDaily ? utcDate : (tsMs: number) => new Date(tsMs).toISOString();
  const count = Math.ceil((toMs - fromMs) / intervalMs[interval]) + 1;
  const coin = pair.id === null ? { symbol: pair.coin } : { id: String(pair.id) };
  return {
    path: "/v2/cryptocurrency/ohlcv/historical",
    query: {
      ...coin,
      convert: pair.currency,
      time_period: isDaily ? "daily" : "hourly",
      interval: isDaily ? "daily" : "hourly",
      time_start: timeOf(fromMs - intervalMs[interval]),
      time_end: timeOf(toMs - 1),
      count: String(count),
    },
    symbol,
    credits: Math.max(1, Math.ceil(bars / barsPerCredit)),
  };
}
