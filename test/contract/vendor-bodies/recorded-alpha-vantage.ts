import { expect } from "vitest";
import { alphaVantageDesk } from "../../../core/providers/alpha-vantage/index.ts";
import { RateLimitedError, UnknownSymbolError } from "../../../core/providers/errors.ts";
import {
  InvalidKeyError,
  PlanError,
  UnexpectedResponseError,
} from "../../../core/providers/vendor/errors.ts";
import { type BodyCheck, fails, hasBars, refers } from "../../helpers/vendor-bodies.ts";
import { alphaVantage } from "./subjects.ts";

const ibm = alphaVantage("stock", "1d", "IBM");
const stock = (symbol: string) => ({ assetClass: "stock", symbol }) as const;

export const recordedAlphaVantage: Readonly<Record<string, BodyCheck>> = {
  "currency-exchange-rate-btc-cny.json": refers(
    alphaVantageDesk.quotes,
    [{ assetClass: "crypto", symbol: "BTC-CNY" }],
    [{ symbol: "BTC-CNY", price: 109_631.430607, quotedAtMs: Date.UTC(2017, 11, 20, 19, 23, 21) }],
  ),
  "digital-currency-daily-btc-aud.json": hasBars(alphaVantage("crypto", "1d", "BTC-AUD"), {
    rows: 7,
    samples: [
      ["2021-01-03T00:00:00Z", 43_661.512063, 47_191.8085834, 43_371.8596506, 44_779.087847, 120_957.56675],
    ],
    each: { currency: "AUD", adjustment: "none" },
  }),
  "error-information-burst.json": fails(ibm, 200, { error: RateLimitedError, period: null }),
  // The vendor's text holds the key, the error must not; `fails` looks for it.
  "error-information-daily-limit-key-echo.json": fails(ibm, 200, { error: RateLimitedError, period: "day" }),
  "error-information-daily-limit.json": fails(ibm, 200, { error: RateLimitedError, period: "day" }),
  "error-information-outputsize-premium.json": fails(ibm, 200, { error: PlanError, says: ["upgrade"] }),
  "error-information-premium-endpoint.json": fails(ibm, 200, { error: PlanError, says: ["upgrade"] }),
  "error-message-invalid-call.json": fails(ibm, 200, { error: UnknownSymbolError, says: ["IBM"] }),
  "error-message-missing-apikey.json": fails(ibm, 200, {
    error: InvalidKeyError,
    says: ["alpha-vantage-api-key"],
  }),
  "error-note-legacy-rate-limit.json": fails(ibm, 200, { error: RateLimitedError, period: "minute" }),
  "fx-daily-eur-aud.json": hasBars(alphaVantage("forex", "1d", "EURAUD"), {
    rows: 8,
    samples: [["2020-12-31T00:00:00Z", 1.59946, 1.60138, 1.5823, 1.5873, 0]],
    each: { currency: "AUD", adjustment: "none" },
  }),
  "global-quote-msft.json": refers(
    alphaVantageDesk.quotes,
    [stock("MSFT")],
    [{ symbol: "MSFT", price: 112.13, previousClose: 112.79, changePct: -0.5852, volume: 29_062_853 }],
  ),
  "global-quote-unknown-symbol.json": refers(alphaVantageDesk.quotes, [stock("NOSUCH")], []),
  "overview-aame-nulls.json": refers(
    alphaVantageDesk.profiles,
    [stock("AAME")],
    [{ symbol: "AAME", exchange: "NASDAQ", sector: "FINANCE", marketCap: 32_639_700 }],
  ),
  "overview-ibm.json": refers(
    alphaVantageDesk.profiles,
    [stock("IBM")],
    [{ symbol: "IBM", exchange: "NYSE", currency: "USD", country: "USA", marketCap: 114_234_572_800 }],
  ),
  "symbol-search-ibm.json": async (body) => {
    expect(alphaVantageDesk.names!.read(body)[0]).toMatchObject({
      symbol: "IBM",
      name: "International Business Machines Corp",
      kind: "Equity",
      region: "United States",
      currency: "USD",
    });
  },
  // Volume moves from key 5 to key 6.
  "time-series-daily-adjusted-ibm.json": hasBars(ibm, {
    rows: 7,
    samples: [["2020-12-31T00:00:00Z", 124.22, 126.03, 123.99, 125.88, 3_574_696]],
    each: { adjustment: "none" },
    details: { "2020-12-31": { adj_close: 122.836743878 } },
  }),
  "time-series-daily-ibm.json": hasBars(ibm, {
    rows: 3,
    samples: [["2024-06-24T00:00:00Z", 175, 178.4599, 174.15, 175.01, 4_864_735]],
    each: { adjustment: "none", adj_close: null },
  }),
  "time-series-intraday-15min-aapl.csv": hasBars(alphaVantage("stock", "15min", "AAPL"), {
    rows: 26,
    samples: [
      ["2023-01-31T14:30:00Z", 141.716, 142.48, 141.304, 141.711, 4_394_928],
      ["2023-01-31T20:45:00Z", 142.471, 143.364, 142.138, 143.32, 6_111_148],
    ],
  }),
  "time-series-intraday-1min-msft.json": hasBars(alphaVantage("stock", "1min", "MSFT"), {
    rows: 100,
    samples: [["2017-12-18T18:17:00Z", 86.8101, 86.82, 86.79, 86.8, 31_172]],
  }),
  // Daily values are what is asked for.
  "treasury-yield-10year-monthly.json": fails(alphaVantage("bond", "1d", "UST10Y"), 200, {
    error: UnexpectedResponseError,
    says: ["monthly"],
  }),
};
