import { UnknownSymbolError } from "../errors.ts";
import type { ProviderResponse, Receipt, Received } from "../provider.ts";
import { addActions } from "./actions.ts";
import { BarRows } from "../vendor/bar-rows.ts";
import { parseBody } from "../vendor/body.ts";
import { type Cell, dateMs, jsonNumber, zonedMs } from "../vendor/cells.ts";
import type { FmpRequest } from "./request.ts";
import { fmpZone } from "./request.ts";
import { dailySchema, type FmpBar, intradaySchema, treasurySchema } from "./schema.ts";
import { fmpSymbol, maturityOf, quoteCurrencyOf } from "./symbols.ts";

/** Bars of an answer. Prices are adjusted for splits; an empty answer is one for an unknown symbol or a time without bars. */
export function readFmpBars(response: ProviderResponse, request: FmpRequest, receipt: Receipt): Received {
  const rows = new BarRows(receipt, request.window);
  if (request.kind === "treasury") {
    addYields(rows, parseBody("fmp", treasurySchema, response), request.symbols);
    return rows.finish("none");
  }
  const [symbol] = request.symbols;
  if (request.kind === "splits" || request.kind === "dividends") {
    addActions(rows, response, request.kind, { assetClass: receipt.assetClass, symbol: symbol! });
  } else if (request.kind === "intraday") {
    addIntraday(rows, parseBody("fmp", intradaySchema, response), symbol!, receipt);
  } else {
    addDaily(rows, parseBody("fmp", dailySchema, response), symbol!, receipt);
  }
  const isShare = receipt.assetClass === "stock" || receipt.assetClass === "etf";
  return rows.finish(isShare ? "split" : "none");
}

/**
 * Coins trade through the hour that clocks repeat, so that it has every wall time twice. Answers are sorted, mostly the
 * newest bar first: which of two comes first in time, their places tell.
 */
function addIntraday(rows: BarRows, bars: readonly FmpBar[], symbol: string, receipt: Receipt): void {
  const newestFirst = String(bars[0]?.date) >= String(bars.at(-1)?.date);
  const inOrder = newestFirst ? bars.toReversed() : bars;
  const seen = new Set<unknown>();
  for (const bar of inOrder) {
    const ts = zonedMs(bar.date, fmpZone, seen.has(bar.date) ? "second" : "first");
    seen.add(bar.date);
    addBar(rows, bar, ts, symbol, receipt);
  }
}

type DailyBody = ReturnType<typeof dailySchema.parse>;

/** Rows of the current form name their symbol, the legacy form names it once. */
function addDaily(rows: BarRows, body: DailyBody, symbol: string, receipt: Receipt): void {
  const name = fmpSymbol({ assetClass: receipt.assetClass, symbol });
  const histories = Array.isArray(body)
    ? body.map((bar) => ({ symbol: bar["symbol"] ?? name, historical: [bar] }))
    : "historicalStockList" in body
      ? body.historicalStockList
      : "historical" in body
        ? [body]
        : [];
  const [stranger] = histories;
  if (stranger !== undefined && histories.every((history) => history.symbol !== name)) {
    throw new UnknownSymbolError(
      symbol,
      `fmp "${symbol}": expected bars of "${name}", got those of ${JSON.stringify(stranger.symbol)}; was it renamed?`,
    );
  }
  for (const history of histories) {
    for (const bar of history.historical) {
      if (history.symbol === name) addBar(rows, bar, dateMs(bar.date), symbol, receipt);
      else rows.passOver("other_symbol");
    }
  }
}

function addBar(
  rows: BarRows,
  bar: FmpBar,
  ts: Cell,
  symbol: string,
  { assetClass, currency }: Receipt,
): void {
  rows.add({
    symbol,
    ts,
    open: jsonNumber(bar.open),
    high: jsonNumber(bar.high),
    low: jsonNumber(bar.low),
    close: jsonNumber(bar.close),
    adj_close: jsonNumber(bar["adjClose"]),
    volume: jsonNumber(bar.volume),
    currency: quoteCurrencyOf({ assetClass, symbol }) ?? currency,
    received: bar,
  });
}

/** A yield is the close and, for want of others, all four prices; in percent. A maturity not issued that day is null. */
function addYields(
  rows: BarRows,
  days: readonly Readonly<Record<string, unknown>>[],
  symbols: readonly string[],
) {
  for (const day of days) {
    for (const symbol of symbols) {
      const value = day[maturityOf(symbol)!];
      const rate = jsonNumber(value);
      if (value === undefined || value === null) rows.passOver("no_yield");
      else {
        rows.add({
          symbol,
          ts: dateMs(day["date"]),
          open: rate,
          high: rate,
          low: rate,
          close: rate,
          received: { date: day["date"], [maturityOf(symbol)!]: value },
        });
      }
    }
  }
}
