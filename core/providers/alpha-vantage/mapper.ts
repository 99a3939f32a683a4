import { type Adjustment, utcDate } from "../../market.ts";
import { UnknownSymbolError } from "../errors.ts";
import type { ProviderResponse, Receipt, Received } from "../provider.ts";
import { BarRows, type VendorBar } from "../vendor/bar-rows.ts";
import { parseBody } from "../vendor/body.ts";
import { dateMs, textNumber, zonedMs } from "../vendor/cells.ts";
import { excerpt, UnexpectedResponseError } from "../vendor/errors.ts";
import { addDayActions, addReportedActions } from "./actions.ts";
import { parseBarsCsv } from "./csv.ts";
import { type AlphaVantageRequest, compactRows } from "./request.ts";
import { type Entry, entriesSchema, field, ratesSchema, seriesSchema, sharesZone } from "./schema.ts";
import { alphaVantageSymbol, pairOf } from "./symbols.ts";

/** Bars of an answer: prices as traded, dividends and splits beside the daily ones of the premium endpoint. */
export function readAlphaVantageBars(
  response: ProviderResponse,
  request: AlphaVantageRequest,
  receipt: Receipt,
): Received {
  const rows = new BarRows(receipt, request.window);
  const adjustment: Adjustment = "none";
  if (request.kind === "rates") addRates(rows, response, request.symbol, receipt);
  else if (request.kind === "splits" || request.kind === "dividends") {
    addReportedActions(rows, response, request.kind, request.symbol);
  } else {
    const { entries, zone } =
      response.extension === "csv"
        ? { entries: parseBarsCsv(response.body), zone: sharesZone }
        : readSeries(response, request, receipt);
    for (const [time, entry] of entries) addBar(rows, time, entry, zone, request.symbol, receipt);
  }
  return rows.finish(adjustment);
}

interface TimeSeries {
  readonly entries: readonly (readonly [string, Entry])[];
  readonly zone: string;
}

function readSeries(response: ProviderResponse, request: AlphaVantageRequest, receipt: Receipt): TimeSeries {
  const body = parseBody("alpha_vantage", seriesSchema, response);
  const meta = body["Meta Data"];
  checkSymbol(field(meta, "Symbol"), request.symbol, receipt);
  const key = Object.keys(body).find((name) => name.startsWith("Time Series"));
  const entries = entriesSchema.safeParse(key === undefined ? undefined : body[key]).data;
  const zone = field(meta, "Time Zone");
  if (entries === undefined || typeof zone !== "string") {
    throw new UnexpectedResponseError(
      `alpha_vantage "${request.symbol}": expected a time series and its zone, got ${excerpt(JSON.stringify(Object.keys(body)))}`,
    );
  }
  checkReach(Object.keys(entries), request);
  return { entries: Object.entries(entries), zone };
}

/** A compact answer has the newest bars of now, which for a run of the past are not those that it asks for. */
function checkReach(times: readonly string[], { call, symbol, window }: AlphaVantageRequest): void {
  if (call?.query["outputsize"] !== "compact" || times.length < compactRows) return;
  const oldest = dateMs(times.reduce((first, time) => (time < first ? time : first)));
  if (oldest.problem !== null || oldest.value <= window.fromMs) return;
  throw new UnexpectedResponseError(
    `alpha_vantage "${symbol}": expected bars from ${utcDate(window.fromMs)} on, got the newest ${times.length}, which begin on ${utcDate(oldest.value)}; ask for the past with a run of today`,
  );
}

/** Only answers for shares name their symbol; the dash of a share class may come back as a dot. */
function checkSymbol(received: unknown, symbol: string, { assetClass }: Receipt): void {
  if (received === undefined) return;
  const expected = alphaVantageSymbol({ assetClass, symbol });
  if (typeof received === "string" && plain(received) === plain(expected)) return;
  throw new UnknownSymbolError(
    symbol,
    `alpha_vantage "${symbol}": expected bars of "${expected}", got those of ${JSON.stringify(received)}; was it renamed?`,
  );
}

const plain = (symbol: string) => symbol.toUpperCase().replaceAll(".", "-");

function addBar(
  rows: BarRows,
  time: string,
  entry: Entry,
  zone: string,
  symbol: string,
  receipt: Receipt,
): void {
  const { assetClass, interval } = receipt;
  const pair = pairOf({ assetClass, symbol });
  const currency = pair === null ? receipt.currency : pair[1];
  // Old answers for crypto have every price twice, in two currencies.
  const price = (name: string) => textNumber(field(entry, name) ?? field(entry, `${name} (${currency})`));
  const bar: VendorBar = {
    symbol,
    ts: interval === "1d" ? dateMs(time) : zonedMs(time, zone),
    open: price("open"),
    high: price("high"),
    low: price("low"),
    close: price("close"),
    adj_close: textNumber(field(entry, "adjusted close")),
    // Forex has none.
    ...(assetClass === "forex" ? {} : { volume: textNumber(field(entry, "volume")) }),
    currency,
    received: { [time]: entry },
  };
  rows.add(bar);
  if (interval === "1d") addDayActions(rows, bar, entry);
}

/** Days without a value stand in the list as `.`. The value is the close and, for want of others, all four prices. */
function addRates(rows: BarRows, response: ProviderResponse, symbol: string, { assetClass }: Receipt): void {
  const { unit, interval, data } = parseBody("alpha_vantage", ratesSchema, response);
  if (interval !== "daily") {
    throw new UnexpectedResponseError(
      `alpha_vantage "${symbol}": expected daily values, got ${excerpt(interval)}`,
    );
  }
  if (assetClass === "bond" && unit !== "percent") {
    throw new UnexpectedResponseError(`alpha_vantage "${symbol}": expected percent, got ${excerpt(unit)}`);
  }
  for (const { date, value } of data) {
    const rate = textNumber(value);
    if (rate.problem === null && Number.isNaN(rate.value)) rows.passOver("no_value");
    else
      rows.add({
        symbol,
        ts: dateMs(date),
        open: rate,
        high: rate,
        low: rate,
        close: rate,
        received: { date, value },
      });
  }
}
