/** https://financialmodelingprep.com/stable/ */
import { parseInterval, type Interval } from "../../../../core/market.ts";
import { dividendFactor, type Market, type MarketBar } from "../market.ts";
import { jsonReply, type Reply, type Route, type VendorRequest } from "../vendors.ts";
import { named } from "./symbols.ts";
import { dateText, dayMs, newYorkMidnightMs, newYorkText } from "./times.ts";

export const fmpRoute: Route = { provider: "fmp", path: /^\/stable\//, answer };

const firstDate = "1990-01-01";
const maturities = [
  "month1",
  "month2",
  "month3",
  "month6",
  "year1",
  "year2",
  "year3",
  "year5",
  "year7",
  "year10",
  "year20",
  "year30",
];

function answer(request: VendorRequest, market: Market): Reply {
  if (request.query["apikey"] === "") return jsonReply({ "Error Message": "Invalid API KEY." }, 401);
  const endpoint = request.path.slice("/stable/".length);
  const intraday = /^historical-chart\/(\w+)$/.exec(endpoint);
  if (intraday !== null) return intradayBars(request, market, parseInterval(intraday[1]!));
  switch (endpoint) {
    case "historical-price-eod/full":
      return jsonReply(daily(request, market).map(({ symbol, bar }) => fullRow(symbol, bar)));
    case "historical-price-eod/non-split-adjusted":
      return jsonReply(
        daily(request, market, "traded").map(({ symbol, bar }) => adjustedRow(symbol, bar, 1)),
      );
    case "historical-price-eod/dividend-adjusted":
      return jsonReply(
        daily(request, market).map(({ symbol, bar }) =>
          adjustedRow(symbol, bar, dividendFactor(market, named(symbol).assetClass, symbol, bar.tsMs)),
        ),
      );
    case "splits":
      return jsonReply(actions(request, market, "split"));
    case "dividends":
      return jsonReply(actions(request, market, "dividend"));
    case "quote":
    case "batch-quote":
      return jsonReply(quotes(request, market));
    case "treasury-rates":
      return jsonReply(treasuryRates(request, market));
    default:
      return jsonReply([], 404);
  }
}

/** Dates are inclusive. */
function windowOf({ query }: VendorRequest, market: Market): { fromDate: string; toDate: string } {
  return { fromDate: query["from"] ?? firstDate, toDate: query["to"] ?? dateText(market.nowMs()) };
}

function intradayBars(request: VendorRequest, market: Market, interval: Interval | undefined): Reply {
  if (interval === undefined) return jsonReply([], 404);
  const { fromDate, toDate } = windowOf(request, market);
  const bars = market.bars({
    ...named(request.query["symbol"] ?? ""),
    interval,
    fromMs: newYorkMidnightMs(fromDate),
    toMs: newYorkMidnightMs(toDate, 1),
    basis: "split",
  });
  return jsonReply(
    bars.toReversed().map(({ tsMs, open, low, high, close, volume }) => ({
      date: newYorkText(tsMs),
      open,
      low,
      high,
      close,
      volume,
    })),
  );
}

function daily(request: VendorRequest, market: Market, basis: "split" | "traded" = "split") {
  const { fromDate, toDate } = windowOf(request, market);
  const symbol = request.query["symbol"] ?? "";
  const window = { fromMs: Date.parse(fromDate), toMs: Date.parse(toDate) + dayMs };
  const bars = market.bars({ ...named(symbol), interval: "1d", ...window, basis });
  return bars.toReversed().map((bar) => ({ symbol, bar }));
}

/** `change` of a daily row is close − open. */
function fullRow(symbol: string, { tsMs, open, high, low, close, volume }: MarketBar) {
  const change = close - open;
  const vwap = (open + high + low + close) / 4;
  return {
    symbol,
    date: dateText(tsMs),
    open,
    high,
    low,
    close,
    volume,
    change,
    changePercent: (100 * change) / open,
    vwap,
  };
}

function adjustedRow(symbol: string, { tsMs, open, high, low, close, volume }: MarketBar, factor: number) {
  return {
    symbol,
    date: dateText(tsMs),
    adjOpen: open * factor,
    adjHigh: high * factor,
    adjLow: low * factor,
    adjClose: close * factor,
    volume,
  };
}

function actions({ query }: VendorRequest, market: Market, wanted: "split" | "dividend") {
  const symbol = query["symbol"] ?? "";
  const all = market.actions(named(symbol).symbol);
  const inSharesOfToday = (amount: number, paidOn: string) =>
    all
      .filter(({ kind, exDate }) => kind === "split" && exDate > paidOn)
      .reduce((adjusted, { value }) => adjusted / value, amount);
  return all
    .filter(({ kind }) => kind === wanted)
    .toReversed()
    .map(({ exDate, value }) =>
      wanted === "split"
        ? { symbol, date: exDate, numerator: value, denominator: 1 }
        : { symbol, date: exDate, adjDividend: inSharesOfToday(value, exDate), dividend: value },
    );
}

function quotes({ query }: VendorRequest, market: Market) {
  const symbols = (query["symbols"] ?? query["symbol"] ?? "").split(",");
  return symbols.flatMap((symbol) => {
    const toMs = market.nowMs();
    const window = { fromMs: toMs - 14 * dayMs, toMs };
    const [previous, bar] = market
      .bars({ ...named(symbol), interval: "1d", ...window, basis: "split" })
      .slice(-2);
    if (previous === undefined || bar === undefined) return [];
    const change = bar.close - previous.close;
    return [
      {
        symbol,
        name: symbol,
        price: bar.close,
        changePercentage: (100 * change) / previous.close,
        change,
        volume: bar.volume,
        dayLow: bar.low,
        dayHigh: bar.high,
        open: bar.open,
        previousClose: previous.close,
        timestamp: Math.floor(toMs / 1_000),
      },
    ];
  });
}

/** At most the latest 90 days, whatever was asked. */
function treasuryRates(request: VendorRequest, market: Market) {
  const { fromDate, toDate } = windowOf(request, market);
  const toMs = Date.parse(toDate) + dayMs;
  const fromMs = Math.max(Date.parse(fromDate), toMs - 90 * dayMs);
  const rows = new Map<number, Record<string, unknown>>();
  for (const maturity of maturities) {
    const symbol = `UST${maturity.replace(/[a-z]+/, "")}${maturity.startsWith("m") ? "M" : "Y"}`;
    for (const { tsMs, close } of market.bars({
      assetClass: "bond",
      symbol,
      interval: "1d",
      fromMs,
      toMs,
      basis: "traded",
    })) {
      rows.set(tsMs, { ...(rows.get(tsMs) ?? { date: dateText(tsMs) }), [maturity]: close });
    }
  }
  return [...rows.entries()].sort(([a], [b]) => b - a).map(([, row]) => row);
}
