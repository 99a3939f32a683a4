import { fmpDesk } from "../../../core/providers/fmp/index.ts";
import { RateLimitedError } from "../../../core/providers/errors.ts";
import { InvalidKeyError, PlanError } from "../../../core/providers/vendor/errors.ts";
import { type BodyCheck, fails, hasBars, refers } from "../../helpers/vendor-bodies.ts";
import { fmp } from "./subjects.ts";

const aapl = fmp("stock", "1d", "AAPL");
const stock = (symbol: string) => ({ assetClass: "stock", symbol }) as const;

export const recordedFmp: Readonly<Record<string, BodyCheck>> = {
  "batch-exchange-quote-stable-neo.json": refers(
    fmpDesk.quotes,
    [stock("AAPL.NE"), stock("ABSENT.NE")],
    [
      // Its timestamp is of 2025-09-22 19:58:22 UTC; the previous close is the home listing's.
      { symbol: "AAPL.NE", price: 36.82, changePct: -85.00204, quotedAtMs: 1_758_571_102_000 },
    ],
  ),
  "batch-forex-quotes-stable.json": refers(
    fmpDesk.quotes,
    [{ assetClass: "forex", symbol: "AEDAUD=X" }],
    [{ symbol: "AEDAUD=X", price: 0.41309, marketCap: null, volume: 0 }],
  ),
  "batch-quote-stable-docexample.json": refers(
    fmpDesk.quotes,
    [stock("AAPL")],
    [{ symbol: "AAPL", price: 232.8, open: 227.2, high: 233.13, low: 226.65, previousClose: 228.01 }],
  ),
  "error-401-invalid-key.json": fails(aapl, 401, { error: InvalidKeyError, says: ["fmp-api-key", "AAPL"] }),
  "error-402-exclusive-endpoint.json": fails(aapl, 402, { error: PlanError, says: ["upgrade"] }),
  // Plain text, not JSON.
  "error-402-premium-query-parameter.txt": fails(aapl, 402, { error: PlanError, says: ["upgrade"] }),
  "error-403-legacy-endpoint.json": fails(aapl, 403, { error: PlanError, says: ["upgrade"] }),
  "error-429-limit-reach.json": fails(aapl, 429, { error: RateLimitedError, period: null }),
  // 09:30 in New York in summer is 13:30 UTC.
  "historical-chart-5min-nvda.json": hasBars(fmp("stock", "5min", "NVDA"), {
    rows: 5,
    samples: [
      ["2025-06-24T13:30:00Z", 147.22, 147.4116, 147.2088, 147.3482, 1_409_267],
      ["2025-06-24T19:55:00Z", 147.82, 147.935, 147.72, 147.92, 7_273_335],
    ],
    each: { adjustment: "split", is_final: true, adj_close: null },
  }),
  // In winter 15:55 is 20:55 UTC.
  "historical-chart-5min-stable-docexample.json": hasBars(fmp("stock", "5min", "AAPL"), {
    rows: 1,
    samples: [["2025-02-04T20:55:00Z", 232.87, 233.13, 232.72, 232.79, 1_555_040]],
  }),
  "historical-price-eod-full-stable-aapl.json": hasBars(aapl, {
    rows: 6,
    samples: [
      ["2023-01-03T00:00:00Z", 130.28, 130.9, 124.17, 125.07, 112_117_500],
      ["2023-01-10T00:00:00Z", 130.26, 131.26, 128.12, 130.73, 63_896_200],
    ],
    each: { adjustment: "split", adj_close: null },
  }),
  // Weekends included; volume is in dollars.
  "historical-price-eod-full-stable-btcusd.json": hasBars(fmp("crypto", "1d", "BTC-USD"), {
    rows: 10,
    samples: [["2023-01-01T00:00:00Z", 16_531.83, 16_621, 16_490, 16_611.58, 9_244_361_700]],
    each: { adjustment: "none", currency: "USD" },
  }),
  "historical-price-eod-full-stable-eurusd.json": hasBars(fmp("forex", "1d", "EURUSD=X"), {
    rows: 7,
    samples: [["2023-01-02T00:00:00Z", 1.06994, 1.06994, 1.06495, 1.06647, 50_193]],
    each: { adjustment: "none", currency: "USD" },
  }),
  "historical-price-full-v3-aapl.json": hasBars(aapl, {
    rows: 6,
    samples: [["2023-01-03T00:00:00Z", 130.28, 130.9, 124.17, 125.07, 112_117_500]],
    details: { "2023-01-03": { adj_close: 124.54 } },
  }),
  "historical-price-full-v3-index-dji.json": hasBars(fmp("index", "1d", "^DJI"), {
    rows: 6,
    samples: [
      ["2023-01-03T00:00:00Z", 33_148.898438, 33_387.519531, 32_850.570313, 33_136.371094, 355_930_000],
    ],
    each: { adjustment: "none" },
  }),
  "historical-price-full-v3-unknown-symbol.json": hasBars(aapl, { rows: 0, samples: [] }),
  "profile-stable-aapl-docexample.json": refers(
    fmpDesk.profiles,
    [stock("AAPL")],
    [
      {
        name: "Apple Inc.",
        currency: "USD",
        exchange: "NASDAQ",
        country: "US",
        marketCap: 3_900_351_299_800,
        isActive: true,
      },
    ],
  ),
  "profile-v3-aapl.json": refers(
    fmpDesk.profiles,
    [stock("AAPL")],
    [
      {
        name: "Apple Inc.",
        currency: "USD",
        exchange: "NASDAQ",
        sector: "Technology",
        marketCap: 3_269_996_825_000,
      },
    ],
  ),
  "quote-stable-aapl.json": refers(
    fmpDesk.quotes,
    [stock("AAPL")],
    [{ price: 256.08, changePct: 4.30957, volume: 101_865_199, quotedAtMs: Date.UTC(2025, 8, 22, 20, 0, 1) }],
  ),
  "quote-stable-commodity-gcusd-docexample.json": refers(
    fmpDesk.quotes,
    [{ assetClass: "commodity", symbol: "GC=F" }],
    [{ symbol: "GC=F", price: 3_375.3, marketCap: null }],
  ),
  "quote-stable-crypto-btcusd-docexample.json": refers(
    fmpDesk.quotes,
    [{ assetClass: "crypto", symbol: "BTC-USD" }],
    [{ symbol: "BTC-USD", price: 118_741.16, volume: null, marketCap: 2_344_693_699_320 }],
  ),
  "quote-stable-index-vix-docexample.json": refers(
    fmpDesk.quotes,
    [{ assetClass: "index", symbol: "^VIX" }],
    [{ symbol: "^VIX", price: 16.37, marketCap: null }],
  ),
  "quote-unknown-symbol.json": refers(fmpDesk.quotes, [stock("NOSUCH")], []),
  "quote-v3-aapl.json": refers(fmpDesk.quotes, [stock("AAPL")], [{ price: 191.31, changePct: 0.3514 }]),
  "treasury-rates-stable-docexample.json": hasBars(fmp("bond", "1d", "UST10Y"), {
    rows: 1,
    samples: [["2026-04-08T00:00:00Z", 4.29, 4.29, 4.29, 4.29, 0]],
  }),
  "treasury-rates-stable.json": hasBars(fmp("bond", "1d", "UST3M"), {
    rows: 6,
    samples: [["2023-01-03T00:00:00Z", 4.53, 4.53, 4.53, 4.53, 0]],
    each: { adjustment: "none" },
  }),
};
