/** https://www.alphavantage.co/query: series are objects by time, newest first; all numbers are text. */
import { parseInterval, type Interval } from "../../../../core/market.ts";
import { dividendFactor, type Market, type MarketBar, type MarketQuery } from "../market.ts";
import { jsonReply, textReply, type Reply, type Route, type VendorRequest } from "../vendors.ts";
import { named, type Named } from "./symbols.ts";
import { dateText, dayMs, newYorkMidnightMs, newYorkText, timeText } from "./times.ts";

export const alphaVantageRoute: Route = { provider: "alpha_vantage", path: /^\/query$/, answer };

const compactRows = 100;
const fullDays = 30;

function answer(request: VendorRequest, market: Market): Reply {
  const { query } = request;
  if (!query["apikey"]) return jsonReply({ "Error Message": "the parameter apikey is invalid or missing." });
  const pair = { assetClass: "forex", symbol: `${query["from_symbol"]}${query["to_symbol"]}` } as const;
  const coin = { assetClass: "crypto", symbol: `${query["symbol"]}-${query["market"]}` } as const;
  switch (query["function"] ?? "") {
    case "TIME_SERIES_DAILY":
    case "TIME_SERIES_DAILY_ADJUSTED":
      return dailySeries(request, market, named(query["symbol"] ?? ""), "Time Series (Daily)");
    case "TIME_SERIES_INTRADAY":
      return intradaySeries(request, market, named(query["symbol"] ?? ""), "Time Series");
    case "FX_DAILY":
      return dailySeries(request, market, pair, "Time Series FX (Daily)");
    case "FX_INTRADAY":
      return intradaySeries(request, market, pair, "Time Series FX");
    case "DIGITAL_CURRENCY_DAILY":
      return dailySeries(request, market, coin, "Time Series (Digital Currency Daily)");
    case "CRYPTO_INTRADAY":
      return intradaySeries(request, market, coin, "Time Series Crypto");
    case "SPLITS":
    case "DIVIDENDS":
      return actions(query["function"] ?? "", named(query["symbol"] ?? ""), market);
    case "TREASURY_YIELD":
      return treasuryYield(request, market);
    default:
      return invalidCall(query["function"] ?? "");
  }
}

const invalidCall = (name: string) =>
  jsonReply({
    "Error Message": `Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for ${name}.`,
  });

function actions(name: string, { symbol }: Named, market: Market): Reply {
  const wanted = name === "SPLITS" ? "split" : "dividend";
  const data = market
    .actions(symbol)
    .filter(({ kind }) => kind === wanted)
    .toReversed()
    .map(({ exDate, value }) =>
      wanted === "split"
        ? { effective_date: exDate, split_factor: value.toFixed(4) }
        : { ex_dividend_date: exDate, declaration_date: "None", payment_date: "None", amount: String(value) },
    );
  return jsonReply({ symbol, data });
}

function dailySeries({ query }: VendorRequest, market: Market, instrument: Named, seriesKey: string): Reply {
  if (!market.knows(instrument.assetClass, instrument.symbol)) return invalidCall(query["function"]!);
  const isAdjusted = query["function"] === "TIME_SERIES_DAILY_ADJUSTED";
  const window = { fromMs: Date.UTC(2000), toMs: market.nowMs() };
  const bars = market.bars({ ...instrument, interval: "1d", ...window, basis: "traded" });
  const rows = newest(query["outputsize"] === "full" ? bars : bars.slice(-compactRows)).map(
    (bar) =>
      [
        dateText(bar.tsMs),
        isAdjusted ? adjustedCells(market, instrument, bar) : cells(instrument, bar),
      ] as const,
  );
  return series(query, instrument, seriesKey, rows);
}

function intradaySeries({ query }: VendorRequest, market: Market, instrument: Named, name: string): Reply {
  const interval = parseInterval(query["interval"] ?? "");
  if (interval === undefined || !market.knows(instrument.assetClass, instrument.symbol)) {
    return invalidCall(query["function"]!);
  }
  const bars = market.bars(intradayQuery(query, market, instrument, interval));
  const text = instrument.assetClass === "stock" || instrument.assetClass === "etf" ? newYorkText : timeText;
  const wanted =
    query["outputsize"] === "full" || query["month"] !== undefined ? bars : bars.slice(-compactRows);
  const rows = newest(wanted).map((bar) => [text(bar.tsMs), cells(instrument, bar)] as const);
  return series(query, instrument, `${name} (${query["interval"]})`, rows);
}

function intradayQuery(
  query: Readonly<Record<string, string>>,
  market: Market,
  instrument: Named,
  interval: Interval,
): MarketQuery {
  const basis = query["adjusted"] === "false" ? "traded" : "split";
  const month = query["month"];
  if (month === undefined) {
    const toMs = market.nowMs();
    return { ...instrument, interval, fromMs: toMs - fullDays * dayMs, toMs, basis };
  }
  const [year, number] = month.split("-").map(Number) as [number, number];
  const next = dateText(Date.UTC(year, number));
  return {
    ...instrument,
    interval,
    fromMs: newYorkMidnightMs(`${month}-01`),
    toMs: newYorkMidnightMs(next),
    basis,
  };
}

const newest = (bars: readonly MarketBar[]) => bars.toReversed();

function cells({ assetClass }: Named, { open, high, low, close, volume }: MarketBar): Record<string, string> {
  const prices = { "1. open": `${open}`, "2. high": `${high}`, "3. low": `${low}`, "4. close": `${close}` };
  return assetClass === "forex" ? prices : { ...prices, "5. volume": `${volume}` };
}

function adjustedCells(market: Market, instrument: Named, bar: MarketBar): Record<string, string> {
  const { "5. volume": volume, ...prices } = cells(instrument, bar);
  const actions = market.actions(instrument.symbol);
  const laterSplits = actions
    .filter(({ kind, exDate }) => kind === "split" && Date.parse(exDate) > bar.tsMs)
    .reduce((product, { value }) => product * value, 1);
  const onDate = (wanted: string) =>
    actions.find(({ kind, exDate }) => kind === wanted && exDate === dateText(bar.tsMs))?.value;
  const factor = dividendFactor(market, instrument.assetClass, instrument.symbol, bar.tsMs);
  return {
    ...prices,
    "5. adjusted close": `${(bar.close / laterSplits) * factor}`,
    "6. volume": volume!,
    "7. dividend amount": `${onDate("dividend") ?? "0.0000"}`,
    "8. split coefficient": `${onDate("split") ?? "1.0"}`,
  };
}

type SeriesRows = readonly (readonly [string, Readonly<Record<string, string>>])[];

function series(
  query: Readonly<Record<string, string>>,
  { assetClass, symbol }: Named,
  key: string,
  rows: SeriesRows,
): Reply {
  if (query["datatype"] === "csv") {
    const names = Object.keys(rows[0]?.[1] ?? {}).map((name) => name.replace(/^\d+\. /, ""));
    const lines = rows.map(([time, cells]) => [time, ...Object.values(cells)].join(","));
    return textReply(
      [["timestamp", ...names].join(","), ...lines, ""].join("\r\n"),
      200,
      "application/x-download",
    );
  }
  const metaData = numbered(metaDataOf(query, { assetClass, symbol }, rows[0]?.[0] ?? ""));
  return jsonReply({ "Meta Data": metaData, [key]: Object.fromEntries(rows) });
}

/** What stands where differs by function, and so do the numbers before the names. */
function metaDataOf(
  query: Readonly<Record<string, string>>,
  { assetClass, symbol }: Named,
  lastRefreshed: string,
): readonly (readonly [string, string])[] {
  const intervalRow = query["interval"] === undefined ? [] : [["Interval", query["interval"]] as const];
  const refreshedRow = ["Last Refreshed", lastRefreshed] as const;
  const sizeRow = ["Output Size", "Full size"] as const;
  const information = ["Information", query["function"] ?? ""] as const;
  switch (assetClass) {
    case "forex": {
      const pair = [
        ["From Symbol", symbol.slice(0, 3)],
        ["To Symbol", symbol.slice(3)],
      ] as const;
      return [information, ...pair, sizeRow, refreshedRow, ...intervalRow, ["Time Zone", "UTC"]];
    }
    case "crypto": {
      const [code = "", market = ""] = symbol.split("-");
      const coin = [
        ["Digital Currency Code", code],
        ["Digital Currency Name", code],
        ["Market Code", market],
        ["Market Name", market],
      ] as const;
      return [information, ...coin, refreshedRow, ...intervalRow, ["Time Zone", "UTC"]];
    }
    case "stock":
    case "etf":
    case "index":
    case "commodity":
    case "bond":
      return [
        information,
        ["Symbol", symbol],
        refreshedRow,
        ...intervalRow,
        sizeRow,
        ["Time Zone", "US/Eastern"],
      ];
  }
}

const numbered = (rows: readonly (readonly [string, string])[]) =>
  Object.fromEntries(rows.map(([name, value], i) => [`${i + 1}. ${name}`, value]));

const maturities: Readonly<Record<string, string>> = {
  "3month": "UST3M",
  "2year": "UST2Y",
  "5year": "UST5Y",
  "7year": "UST7Y",
  "10year": "UST10Y",
  "30year": "UST30Y",
};

function treasuryYield({ query }: VendorRequest, market: Market): Reply {
  const symbol = maturities[query["maturity"] ?? "10year"];
  if (symbol === undefined) return invalidCall("TREASURY_YIELD");
  const window = { fromMs: Date.UTC(2000), toMs: market.nowMs() };
  const bars = market.bars({ assetClass: "bond", symbol, interval: "1d", ...window, basis: "traded" });
  const data = newest(bars).map(({ tsMs, close }) => ({ date: dateText(tsMs), value: `${close}` }));
  return jsonReply({
    name: `${symbol} Treasury Constant Maturity Rate`,
    interval: "daily",
    unit: "percent",
    data,
  });
}
