import type { TerminalError } from "../../errors.ts";
import { intervalMs, type AssetClass } from "../../market.ts";
import { UnknownSymbolError } from "../errors.ts";
import type { ProviderResponse, Receipt, Received } from "../provider.ts";
import { BarRows } from "../vendor/bar-rows.ts";
import { parseBody } from "../vendor/body.ts";
import { type Cell, cellOf, jsonNumber, localDateMs } from "../vendor/cells.ts";
import { excerpt, UnexpectedResponseError } from "../vendor/errors.ts";
import { saysNoData } from "./errors.ts";
import { withoutFloat32Noise } from "./float32.ts";
import { isGranularity, type YahooRequest } from "./request.ts";
import { type Chart, chartBodySchema } from "./schema.ts";
import { isSameSymbol } from "./symbols.ts";

/** Hourly bars start at their session's open, which is at a quarter of an hour. */
const alignmentMsMax = 900_000;
/** Markets that never pause end, as Yahoo tells it, when the last minute of their day begins. */
const lastMinuteMs = 60_000;
/** Beyond this, in ms around 1970, there are no times in ECMAScript. */
const timeMsMax = 8.64e15;

type ChartMeta = Chart["meta"];

/**
 * Bars, splits and dividends of a chart. Prices are split-adjusted, `adjclose` for dividends too; dividends are per share
 * of today, that is, adjusted for later splits. London and Johannesburg quote in pence and cents: `GBp`, `ZAc`, kept so.
 * Crypto volume is in the quote currency.
 */
export function readChart(response: ProviderResponse, request: YahooRequest, receipt: Receipt): Received {
  const { result, error } = parseBody("yahoo", chartBodySchema, response).chart;
  const rows = new BarRows(receipt, request.window);
  const chart = result?.[0];
  if (chart !== undefined) {
    checkMeta(chart.meta, request, receipt);
    addBars(rows, chart, request.symbol, receipt);
    addActions(rows, chart, request.symbol);
  } else if (error === null || !saysNoData(error)) {
    // Only an answer that says so is one without bars; anything else would lose some.
    throw new UnexpectedResponseError(
      `yahoo "${request.symbol}": expected a chart, got ${excerpt(JSON.stringify({ result, error }))}`,
    );
  }
  return rows.finish(isShare(receipt.assetClass) ? "split" : "none");
}

const isShare = (assetClass: AssetClass) => assetClass === "stock" || assetClass === "etf";

/** Yahoo answers for a renamed symbol's successor, and with longer bars where it has no shorter ones. */
function checkMeta(meta: ChartMeta, { symbol, yahooSymbol }: YahooRequest, { interval }: Receipt): void {
  if (!isSameSymbol(yahooSymbol, meta.symbol)) {
    throw new UnknownSymbolError(
      symbol,
      `yahoo "${symbol}": expected bars of "${yahooSymbol}", got those of ${excerpt(meta.symbol)}; was it renamed?`,
    );
  }
  if (!isGranularity(interval, meta.dataGranularity)) {
    throw new UnexpectedResponseError(
      `yahoo "${symbol}": expected ${interval} bars, got bars of ${excerpt(meta.dataGranularity)}`,
    );
  }
}

function addBars(rows: BarRows, chart: Chart, symbol: string, receipt: Receipt): void {
  const { meta, timestamp = [], indicators } = chart;
  const quote = indicators.quote[0]!;
  const adjusted = indicators.adjclose?.[0]?.adjclose;
  const dates = new Set<number>();
  for (const [i, stamp] of timestamp.entries()) {
    const received = [quote.open, quote.high, quote.low, quote.close, quote.volume].map(
      (column) => column?.[i] ?? null,
    );
    const time = timeOf(meta, stamp, receipt);
    if (received.every((cell) => cell === null)) rows.passOver("no_trade");
    else if (isPlaceholder(meta, time, received, dates, receipt)) rows.passOver("live_quote");
    else {
      const [open, high, low, close] = received.slice(0, 4).map(price) as [Cell, Cell, Cell, Cell];
      rows.add({
        symbol,
        ts: time.ts,
        open,
        high,
        low,
        close,
        adj_close: price(adjusted?.[i]),
        volume: jsonNumber(received[4]),
        currency: meta.currency ?? null,
        received: [stamp, ...received],
        ...finalityOf(meta, time.stampMs, receipt),
      });
      if (time.ts.problem === null) dates.add(time.ts.value);
    }
  }
}

interface BarTime {
  /** NaN where it cannot be read. */
  readonly stampMs: number;
  readonly ts: Cell;
}

/** Daily bars carry the time of the session's open: their date is the exchange's, in the zone and not by today's offset. */
function timeOf(meta: ChartMeta, stamp: unknown, { interval }: Receipt): BarTime {
  if (typeof stamp !== "number" || Math.abs(stamp) * 1_000 > timeMsMax) {
    return {
      stampMs: Number.NaN,
      ts: { problem: `expected seconds since 1970, got ${JSON.stringify(stamp)}` },
    };
  }
  const stampMs = stamp * 1_000;
  return {
    stampMs,
    ts: cellOf(interval === "1d" ? localDateMs(stampMs, meta.exchangeTimezoneName) : stampMs),
  };
}

/**
 * The last row may be the price of this moment instead of a bar: in daily charts a second row of today, in intraday
 * charts a row at no bar's start, at the close, or of one price without volume. The last tells it where the moment
 * happens to be a bar's start, and from the next session on, when the close of this one is no longer named.
 */
function isPlaceholder(
  meta: ChartMeta,
  { stampMs, ts }: BarTime,
  [open, high, low, close, volume]: readonly unknown[],
  dates: ReadonlySet<number>,
  receipt: Receipt,
): boolean {
  if (meta.regularMarketTime == null || stampMs !== meta.regularMarketTime * 1_000) return false;
  if (receipt.interval === "1d") return ts.problem === null && dates.has(ts.value);
  const isAligned = stampMs % Math.min(intervalMs[receipt.interval], alignmentMsMax) === 0;
  const closeMs = (meta.currentTradingPeriod?.regular.end ?? Number.POSITIVE_INFINITY) * 1_000;
  const isOnePrice = !volume && open === close && high === close && low === close;
  return !isAligned || stampMs >= closeMs || isOnePrice;
}

/** Yahoo knows the session of every exchange: today's bar is over when that is. */
function finalityOf(
  meta: ChartMeta,
  stampMs: number,
  { interval, ingestedAtMs }: Receipt,
): { isFinal?: boolean } {
  const session = meta.currentTradingPeriod?.regular;
  if (interval !== "1d" || session === undefined || !(stampMs >= session.start * 1_000)) return {};
  return { isFinal: ingestedAtMs >= session.end * 1_000 + lastMinuteMs };
}

function price(value: unknown): Cell {
  const cell = jsonNumber(value);
  return cell.problem === null ? cellOf(withoutFloat32Noise(cell.value)) : cell;
}

function addActions(rows: BarRows, { meta, events = {} }: Chart, symbol: string): void {
  for (const [kind, entries] of Object.entries(events)) {
    for (const event of Object.values(entries)) {
      const stamp = event["date"];
      if (kind === "dividends") {
        const amount = numberOf(event["amount"], symbol, event);
        const currency = meta.currency ?? null;
        rows.addAction(exDate(stamp, meta, event), {
          symbol,
          kind: "dividend",
          ratio: null,
          amount,
          currency,
        });
      } else if (kind === "splits") {
        const ratio =
          numberOf(event["numerator"], symbol, event) / numberOf(event["denominator"], symbol, event);
        rows.addAction(exDate(stamp, meta, event), {
          symbol,
          kind: "split",
          ratio,
          amount: null,
          currency: null,
        });
      } else {
        rows.passOver(`event_${kind}`);
      }
    }
  }
}

function exDate(stamp: unknown, meta: ChartMeta, event: unknown): number {
  if (typeof stamp !== "number" || Math.abs(stamp) * 1_000 > timeMsMax) {
    throw unreadableEvent(meta.symbol, event);
  }
  return localDateMs(stamp * 1_000, meta.exchangeTimezoneName);
}

function numberOf(value: unknown, symbol: string, event: unknown): number {
  if (typeof value === "number") return value;
  throw unreadableEvent(symbol, event);
}

/** A split that cannot be read would leave prices wrong without anyone knowing. */
const unreadableEvent = (symbol: string, event: unknown): TerminalError =>
  new UnexpectedResponseError(`yahoo "${symbol}": cannot read the event ${excerpt(JSON.stringify(event))}`);
