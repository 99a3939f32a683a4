/** https://query1.finance.yahoo.com/v8/finance/chart/{symbol} */
import { calendarFor } from "../../../../core/calendar/index.ts";
import { intervalMs, parseInterval, type AssetClass, type Interval } from "../../../../core/market.ts";
import { dividendFactor, type Market, type MarketAction, type MarketBar } from "../market.ts";
import { jsonReply, type Reply, type Route, type VendorRequest } from "../vendors.ts";
import { named, type Named } from "./symbols.ts";
import { dateText, dayMs, london, newYork } from "./times.ts";

export const yahooRoute: Route = { provider: "yahoo", path: /^\/v8\/finance\/chart\//, answer: chart };

/** Days back for which there are bars shorter than a day. */
const historyDays: Partial<Record<Interval, number>> = {
  "1min": 30,
  "5min": 60,
  "15min": 60,
  "30min": 60,
  "1h": 730,
};

function chart({ path, query }: VendorRequest, market: Market): Reply {
  const yahooSymbol = decodeURIComponent(path.split("/").at(-1)!);
  const instrument = named(yahooSymbol);
  const interval = parseInterval(query["interval"] ?? "1d");
  const fromMs = Number(query["period1"]) * 1_000;
  const toMs = Number(query["period2"]) * 1_000;
  if (interval === undefined || Number.isNaN(fromMs) || Number.isNaN(toMs)) {
    return failure(422, "Unprocessable Entity", "Invalid input");
  }
  if (!market.knows(instrument.assetClass, instrument.symbol)) {
    return failure(404, "Not Found", "No data found, symbol may be delisted");
  }
  const reach = historyDays[interval];
  if (reach !== undefined && fromMs < market.nowMs() - reach * dayMs) {
    return failure(
      422,
      "Unprocessable Entity",
      `${query["interval"]} data not available for startTime=${query["period1"]}`,
    );
  }
  // Daily bars are stamped with a time of their day, which is up to a day away from midnight UTC.
  const marginMs = interval === "1d" ? dayMs : 0;
  const bars = market
    .bars({ ...instrument, interval, fromMs: fromMs - marginMs, toMs: toMs + marginMs, basis: "split" })
    .map((bar) => ({ bar, stampMs: interval === "1d" ? stampOfDay(instrument, bar.tsMs) : bar.tsMs }))
    .filter(({ stampMs }) => stampMs >= fromMs && stampMs < toMs);
  return jsonReply({
    chart: { result: [result(market, instrument, yahooSymbol, interval, bars)], error: null },
  });
}

function result(
  market: Market,
  instrument: Named,
  yahooSymbol: string,
  interval: Interval,
  bars: readonly { bar: MarketBar; stampMs: number }[],
) {
  const { assetClass, symbol } = instrument;
  const stamps = new Set(bars.map(({ stampMs }) => stampMs));
  const column = (name: "open" | "high" | "low" | "close") => bars.map(({ bar }) => float32(bar[name]));
  const events = eventsOf(instrument, market.actions(symbol), stamps);
  const adjusted = bars.map(({ bar }) => bar.close * dividendFactor(market, assetClass, symbol, bar.tsMs));
  const quote = {
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: bars.map(({ bar }) => bar.volume),
  };
  return {
    meta: {
      currency: "USD",
      symbol: yahooSymbol,
      exchangeTimezoneName: zoneOf(assetClass),
      dataGranularity: interval === "1d" ? "1d" : `${intervalMs[interval] / 60_000}m`.replace("60m", "1h"),
      range: "",
      currentTradingPeriod: currentPeriod(market, instrument),
      ...description,
    },
    ...(bars.length === 0 ? {} : { timestamp: bars.map(({ stampMs }) => stampMs / 1_000) }),
    ...(events === null ? {} : { events }),
    indicators: {
      quote: [bars.length === 0 ? {} : quote],
      ...(interval === "1d" ? { adjclose: [bars.length === 0 ? {} : { adjclose: adjusted }] } : {}),
    },
  };
}

/** What else Yahoo says of every instrument, which nobody reads; its bodies are as long as they are because of it. */
const description = {
  firstTradeDate: 345_479_400,
  hasPrePostMarketData: true,
  gmtoffset: -18_000,
  timezone: "EST",
  exchangeName: "NMS",
  fullExchangeName: "NasdaqGS",
  instrumentType: "EQUITY",
  longName: "An Instrument of the Test Market, Incorporated",
  shortName: "An Instrument of the Test",
  fulldayPrice: 123.4567,
  fulldayChange: -0.4567,
  fulldayChangePercent: -0.064,
  fiftyTwoWeekHigh: 234.5678,
  fiftyTwoWeekLow: 98.7654,
  regularMarketDayHigh: 125.6789,
  regularMarketDayLow: 121.2345,
  regularMarketVolume: 45_678_901,
  regularMarketChangePercent: -0.064,
  chartPreviousClose: 124.5678,
  priceHint: 2,
  preMarket: { timezone: "EST", start: 1_795_000_000, end: 1_795_020_000, gmtoffset: -18_000 },
  postMarket: { timezone: "EST", start: 1_795_040_000, end: 1_795_060_000, gmtoffset: -18_000 },
  validRanges: ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
};

const failure = (status: number, code: string, description: string) =>
  jsonReply({ chart: { result: null, error: { code, description } } }, status);

/** Yahoo's prices have gone through 32-bit floats, which shows in their digits. */
const float32 = (price: number) =>
  Number(Math.fround(price).toPrecision(7)) === price ? Math.fround(price) : price;

function zoneOf(assetClass: AssetClass): string {
  if (assetClass === "crypto") return "UTC";
  return assetClass === "forex" ? "Europe/London" : "America/New_York";
}

/** Equities at their open, forex at midnight in London, futures at midnight in New York, crypto at midnight UTC. */
function stampOfDay({ assetClass, symbol }: Named, midnightMs: number): number {
  if (assetClass === "crypto") return midnightMs;
  if (assetClass === "forex") return london.utcOfLocalMs(midnightMs);
  if (assetClass === "commodity") return newYork.utcOfLocalMs(midnightMs);
  return calendarFor(assetClass, symbol)?.session(dateText(midnightMs))?.openMs ?? midnightMs;
}

function currentPeriod(market: Market, { assetClass, symbol }: Named) {
  const calendar = calendarFor(assetClass, symbol);
  if (calendar === null) return undefined;
  const today = dateText(market.nowMs());
  const session = calendar.session(today) ?? calendar.previousSession(today);
  return { regular: { start: session.openMs / 1_000, end: session.closeMs / 1_000 } };
}

function eventsOf(instrument: Named, actions: readonly MarketAction[], stamps: ReadonlySet<number>) {
  const splits: Record<string, unknown> = {};
  const dividends: Record<string, unknown> = {};
  for (const { kind, exDate, value } of actions) {
    const stampMs = stampOfDay(instrument, Date.parse(exDate));
    if (!stamps.has(stampMs)) continue;
    const date = stampMs / 1_000;
    if (kind === "split") splits[date] = { date, numerator: value, denominator: 1, splitRatio: `${value}:1` };
    else dividends[date] = { date, amount: value / laterSplits(actions, exDate) };
  }
  const kinds = { splits, dividends };
  const present = Object.entries(kinds).filter(([, events]) => Object.keys(events).length > 0);
  return present.length === 0 ? null : Object.fromEntries(present);
}

/** Yahoo tells dividends per share of today. */
const laterSplits = (actions: readonly MarketAction[], date: string) =>
  actions
    .filter(({ kind, exDate }) => kind === "split" && exDate > date)
    .reduce((product, { value }) => product * value, 1);
