import { TerminalError } from "../../errors.ts";
import { UnknownSymbolError } from "../errors.ts";
import type { ProviderResponse, Receipt, Received } from "../provider.ts";
import { BarRows } from "../vendor/bar-rows.ts";
import { parseBody } from "../vendor/body.ts";
import { isoMs, jsonNumber } from "../vendor/cells.ts";
import type { CoinMarketCapRequest } from "./request.ts";
import { candlesSchema, type CoinCandles } from "./schema.ts";
import type { Pair } from "./symbols.ts";

/** Candles of a coin, as traded. Volume is in the quote currency. */
export function readCandles(
  response: ProviderResponse,
  request: CoinMarketCapRequest,
  receipt: Receipt,
): Received {
  const rows = new BarRows(receipt, request.window);
  const { pair, symbol } = request;
  if (pair === null) return rows.finish();
  const { quotes } = onlyCoin(parseBody("coinmarketcap", candlesSchema, response).data, symbol, pair);
  for (const candle of quotes) {
    const quote = candle.quote[pair.currency];
    rows.add({
      symbol,
      ts: isoMs(candle.time_open),
      open: jsonNumber(quote?.open),
      high: jsonNumber(quote?.high),
      low: jsonNumber(quote?.low),
      close: jsonNumber(quote?.close),
      volume: jsonNumber(quote?.volume),
      currency: pair.currency,
      received: candle,
    });
  }
  return rows.finish("none");
}

/** Several coins may share a symbol: nobody can say which is meant. */
function onlyCoin(coins: readonly CoinCandles[], symbol: string, pair: Pair): CoinCandles {
  const candidates = coins.filter(({ id }) => pair.id === null || id === pair.id);
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length > 1) {
    const ids = candidates.map(({ id }) => id).join(", ");
    throw new TerminalError(
      `coinmarketcap "${symbol}": ${candidates.length} coins have the symbol "${pair.coin}", with the ids ${ids}; set the one that is meant in the configuration: providers.coinmarketcap.ids.${pair.coin}`,
    );
  }
  throw new UnknownSymbolError(
    symbol,
    `coinmarketcap "${symbol}": the answer leaves it out; is it delisted?`,
  );
}
