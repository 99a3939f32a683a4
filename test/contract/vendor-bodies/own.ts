/** Small bodies of our own making, one per shape that a vendor sends. */
import { TerminalError } from "../../../core/errors.ts";
import { alphaVantageDesk } from "../../../core/providers/alpha-vantage/index.ts";
import { coinMarketCapDesk } from "../../../core/providers/coinmarketcap/index.ts";
import { RateLimitedError, UnknownSymbolError } from "../../../core/providers/errors.ts";
import { fmpDesk } from "../../../core/providers/fmp/index.ts";
import {
  InvalidKeyError,
  RequestRefusedError,
  UnexpectedResponseError,
  VendorDownError,
} from "../../../core/providers/vendor/errors.ts";
import { type BodyCheck, fails, hasBars, refers } from "../../helpers/vendor-bodies.ts";
import { alphaVantage, alphaVantageFree, binance, coinMarketCap, fmp, yahoo } from "./subjects.ts";

const acme = [{ assetClass: "stock", symbol: "ACME" }] as const;

export const ownYahoo: Readonly<Record<string, BodyCheck>> = {
  "error-200-internal.json": fails(yahoo("stock", "1d", "ACME"), 200, {
    error: VendorDownError,
  }),
  // No chart and no reason: not to be taken for a time without bars.
  "error-200-unexplained.json": fails(yahoo("stock", "1d", "ACME"), 200, { error: UnexpectedResponseError }),
  "chart-1d-empty.json": hasBars(yahoo("stock", "1d", "ACME"), { rows: 0, samples: [] }),
  // Clocks went forward on 10 March: 14:30 UTC before, 13:30 after, both are the open.
  "chart-1d-split-dividend.json": hasBars(yahoo("stock", "1d", "ACME"), {
    rows: 3,
    samples: [
      ["2024-03-08T00:00:00Z", 10, 10.6, 9.9, 10.5, 1_000],
      ["2024-03-11T00:00:00Z", 10.5, 11, 10, 10.9, 2_000],
    ],
    each: { adjustment: "split", is_final: true },
    details: { "2024-03-08": { adj_close: 10.26 }, "2024-03-11": { adj_close: 10.65 } },
    actions: [
      { symbol: "ACME", kind: "split", exDate: "2024-03-11", ratio: 2, amount: null, currency: null },
      { symbol: "ACME", kind: "dividend", exDate: "2024-03-12", ratio: null, amount: 0.25, currency: "USD" },
    ],
    passedOver: { event_capitalGains: 1 },
  }),
  // Today's bar and the price of this moment: the bar stays.
  "chart-1d-today-twice.json": hasBars(yahoo("stock", "1d", "ACME", "2024-03-15T17:24:30Z"), {
    rows: 1,
    samples: [["2024-03-15T00:00:00Z", 10, 11, 9, 10.5, 500]],
    each: { is_final: false },
    passedOver: { live_quote: 1 },
  }),
  // Unsorted; one slot without a trade; one bar lacks its close and says so by null.
  "chart-5m-nulls-live.json": hasBars(yahoo("stock", "5min", "ACME.L", "2024-03-11T08:52:30Z"), {
    rows: 2,
    samples: [["2024-03-11T08:40:00Z", 120.5, 121, 120.25, 121, 300]],
    each: { currency: "GBp", is_final: true },
    details: { "2024-03-11T08:35:00Z": { open: 120, close: null } },
    passedOver: { no_trade: 1, live_quote: 1 },
  }),
  "error-404.json": fails(yahoo("stock", "1d", "ACME"), 404, { error: UnknownSymbolError, says: ["ACME"] }),
  "error-429.txt": fails(yahoo("stock", "1d", "ACME"), 429, { error: RateLimitedError, period: null }),
};

export const ownFmp: Readonly<Record<string, BodyCheck>> = {
  "batch-quote.json": refers(fmpDesk.quotes, acme, [
    { price: 21, changePct: 1.5, quotedAtMs: Date.UTC(2024, 2, 11, 20) },
  ]),
  "dividends.json": hasBars(
    { ...fmp("stock", "1d", "ACME"), actions: "dividends" },
    {
      rows: 0,
      samples: [],
      // Paid before the 2:1 split of March 2024 one is worth half of what it was.
      actions: [
        { symbol: "ACME", kind: "dividend", exDate: "2024-05-10", ratio: null, amount: 0.3, currency: null },
        { symbol: "ACME", kind: "dividend", exDate: "2023-11-09", ratio: null, amount: 0.25, currency: null },
      ],
      passedOver: { other_symbol: 1 },
    },
  ),
  "empty.json": hasBars(fmp("stock", "1d", "ACME"), { rows: 0, samples: [] }),
  "error-200-limit.json": fails(fmp("stock", "1d", "ACME"), 200, { error: RateLimitedError }),
  "error-200-unknown.json": fails(fmp("stock", "1d", "ACME"), 200, { error: RequestRefusedError }),
  "error-401-key.json": fails(fmp("stock", "1d", "ACME"), 401, { error: InvalidKeyError, says: ["***"] }),
  "historical-chart-5min.json": hasBars(fmp("stock", "5min", "ACME"), {
    rows: 2,
    samples: [
      ["2024-03-08T20:55:00Z", 19, 20, 18.5, 19.5, 300],
      ["2024-03-11T13:30:00Z", 20, 21, 19.5, 20.5, 400],
    ],
  }),
  // A leap day, and a row that nobody asked for.
  "historical-price-eod-full.json": hasBars(fmp("stock", "1d", "ACME"), {
    rows: 2,
    samples: [["2024-02-29T00:00:00Z", 18, 20, 17, 19, 900.5]],
    passedOver: { other_symbol: 1 },
  }),
  "historical-price-full-legacy.json": hasBars(fmp("stock", "1d", "ACME"), {
    rows: 1,
    samples: [["2024-03-11T00:00:00Z", 20, 22, 19, 21, 1_000]],
    each: { adj_close: 20.5 },
  }),
  "profile.json": refers(fmpDesk.profiles, acme, [
    { name: "Acme Corporation", exchange: "NASDAQ", isActive: true },
  ]),
  "splits.json": hasBars(
    { ...fmp("stock", "1d", "ACME"), actions: "splits" },
    {
      rows: 0,
      samples: [],
      actions: [
        { symbol: "ACME", kind: "split", exDate: "2024-03-11", ratio: 2, amount: null, currency: null },
        { symbol: "ACME", kind: "split", exDate: "2010-06-01", ratio: 0.1, amount: null, currency: null },
      ],
    },
  ),
  "treasury-rates.json": hasBars(fmp("bond", "1d", "UST2Y"), {
    rows: 1,
    samples: [["2024-03-08T00:00:00Z", 4.5, 4.5, 4.5, 4.5, 0]],
    passedOver: { no_yield: 1 },
  }),
};

export const ownAlphaVantage: Readonly<Record<string, BodyCheck>> = {
  "digital-currency-two-currencies.json": hasBars(alphaVantage("crypto", "1d", "BTC-CNY"), {
    rows: 1,
    samples: [["2019-01-02T00:00:00Z", 70, 77, 63, 70, 3.5]],
    each: { currency: "CNY" },
  }),
  // It names the daily limit and premium plans too.
  "error-burst.json": fails(alphaVantage("stock", "1d", "ACME"), 200, {
    error: RateLimitedError,
    period: null,
  }),
  "error-note.json": fails(alphaVantage("stock", "1d", "ACME"), 200, {
    error: RateLimitedError,
    period: "minute",
  }),
  "error-daily-limit.json": fails(alphaVantage("stock", "1d", "ACME"), 200, {
    error: RateLimitedError,
    period: "day",
    says: ["***"],
  }),
  "dividends.json": hasBars(
    { ...alphaVantageFree("stock", "1d", "ACME"), actions: "dividends" },
    {
      rows: 0,
      samples: [],
      actions: [
        { symbol: "ACME", kind: "dividend", exDate: "2024-05-10", ratio: null, amount: 0.3, currency: null },
      ],
    },
  ),
  "global-quote.json": refers(alphaVantageDesk.quotes, acme, [
    { price: 21, previousClose: null, changePct: 1.5 },
  ]),
  "overview-unknown.json": refers(alphaVantageDesk.profiles, acme, []),
  "splits.json": hasBars(
    { ...alphaVantageFree("stock", "1d", "ACME"), actions: "splits" },
    {
      rows: 0,
      samples: [],
      actions: [
        { symbol: "ACME", kind: "split", exDate: "2024-03-11", ratio: 2, amount: null, currency: null },
      ],
    },
  ),
  "time-series-daily-adjusted.json": hasBars(alphaVantage("stock", "1d", "ACME"), {
    rows: 2,
    samples: [["2024-03-08T00:00:00Z", 36, 40, 35, 39, 500]],
    each: { adjustment: "none" },
    details: { "2024-03-08": { adj_close: 19.3 } },
    actions: [
      { symbol: "ACME", kind: "dividend", exDate: "2024-03-11", ratio: null, amount: 0.25, currency: null },
      { symbol: "ACME", kind: "split", exDate: "2024-03-08", ratio: 2, amount: null, currency: null },
    ],
  }),
  "time-series-intraday.csv": hasBars(alphaVantage("stock", "15min", "ACME"), {
    rows: 1,
    samples: [["2024-03-11T13:30:00Z", 20, 22, 19, 21, 1_000]],
  }),
  "time-series-intraday.json": hasBars(alphaVantage("stock", "15min", "ACME"), {
    rows: 2,
    samples: [
      ["2024-03-08T14:30:00Z", 18, 20, 17, 19, 900],
      ["2024-03-11T13:30:00Z", 20, 22, 19, 21, 1_000],
    ],
  }),
  "treasury-yield.json": hasBars(alphaVantage("bond", "1d", "UST10Y"), {
    rows: 1,
    samples: [["2024-03-11T00:00:00Z", 4.1, 4.1, 4.1, 4.1, 0]],
    passedOver: { no_value: 1 },
  }),
};

export const ownCoinMarketCap: Readonly<Record<string, BodyCheck>> = {
  "error-200-code-500.json": fails(coinMarketCap("crypto", "1d", "BTC-USD"), 200, {
    error: VendorDownError,
  }),
  "error-429-day.json": fails(coinMarketCap("crypto", "1d", "BTC-USD"), 429, {
    error: RateLimitedError,
    period: "day",
  }),
  "error-500.json": fails(coinMarketCap("crypto", "1d", "BTC-USD"), 500, {
    error: VendorDownError,
  }),
  "ohlcv-by-id.json": hasBars(coinMarketCap("crypto", "1d", "BTC-USD"), {
    rows: 1,
    samples: [["2024-03-10T00:00:00Z", 100, 120, 90, 110, 5_000]],
    each: { currency: "USD", adjustment: "none", is_final: true },
  }),
  // Nobody can say which of the two is meant.
  "ohlcv-shared-symbol.json": fails(coinMarketCap("crypto", "1d", "TWIN-USD"), 200, {
    error: TerminalError,
    says: ["7001, 7002"],
  }),
  "quotes-shared-symbol.json": refers(
    coinMarketCapDesk.quotes,
    [{ assetClass: "crypto", symbol: "TWIN-USD" }],
    [{ price: 2, changePct: -1.5, marketCap: null, quotedAtMs: Date.UTC(2024, 2, 10, 12) }],
  ),
};

export const ownBinance: Readonly<Record<string, BodyCheck>> = {
  "error-200-internal.json": fails(binance("crypto", "1d", "BTC-USDT"), 200, {
    error: VendorDownError,
  }),
  "error-400-symbol.json": fails(binance("crypto", "1d", "BTC-USD"), 400, {
    error: UnknownSymbolError,
    says: ["BTC-USDT"],
  }),
  "error-418-banned.json": fails(binance("crypto", "1d", "BTC-USDT"), 418, { error: RateLimitedError }),
  "klines-1d.json": hasBars(binance("crypto", "1d", "BTC-USDT"), {
    rows: 1,
    samples: [["2024-03-10T00:00:00Z", 100, 120, 90, 110, 12.5]],
    each: { currency: "USDT", is_final: true },
  }),
};
