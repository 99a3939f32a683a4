import { RateLimitedError, UnknownSymbolError } from "../../../core/providers/errors.ts";
import { InvalidKeyError, RequestRefusedError } from "../../../core/providers/vendor/errors.ts";
import { type BodyCheck, fails, hasBars } from "../../helpers/vendor-bodies.ts";
import { yahoo } from "./subjects.ts";

const aapl = yahoo("stock", "1d", "AAPL");

export const recordedYahoo: Readonly<Record<string, BodyCheck>> = {
  "chart-1d-aapl-split-dividend.json": hasBars(aapl, {
    rows: 10,
    samples: [
      ["2020-08-31T00:00:00Z", 127.58, 131, 126, 129.04, 225_702_700],
      // The exchange's winter began on 1 November, the offset in the body is summer's.
      ["2020-11-06T00:00:00Z", 118.32, 119.2, 116.13, 118.69, 114_457_900],
    ],
    each: { adjustment: "split", currency: "USD", is_final: true },
    actions: [
      { symbol: "AAPL", kind: "dividend", exDate: "2020-11-06", ratio: null, amount: 0.205, currency: "USD" },
      { symbol: "AAPL", kind: "split", exDate: "2020-08-31", ratio: 4, amount: null, currency: null },
    ],
  }),
  "chart-1d-aapl.json": hasBars(aapl, {
    rows: 1,
    samples: [["2022-02-22T00:00:00Z", 164.98, 166.69, 162.15, 164.32, 91_162_800]],
    details: { "2022-02-22": { adj_close: 160.71138 } },
  }),
  "chart-1d-btc-usd.json": hasBars(yahoo("crypto", "1d", "BTC-USD"), {
    rows: 3,
    samples: [["2020-01-01T00:00:00Z", 7_194.892, 7_254.3306, 7_174.9443, 7_200.1743, 18_565_664_997]],
    each: { adjustment: "none", currency: "USD" },
  }),
  "chart-1d-capio-st-no-data.json": hasBars(yahoo("stock", "1d", "CAPIO.ST"), { rows: 0, samples: [] }),
  "chart-1d-es-f.json": hasBars(yahoo("commodity", "1d", "ES=F"), {
    rows: 6,
    samples: [["2023-01-03T00:00:00Z", 3_895, 3_906.75, 3_814.5, 3_846, 1_782_473]],
  }),
  "chart-1d-eurusd-x.json": hasBars(yahoo("forex", "1d", "EURUSD"), {
    rows: 3,
    samples: [["2020-01-01T00:00:00Z", 1.1220826, 1.1228385, 1.1159469, 1.1220826, 0]],
    each: { adjustment: "none", currency: "USD" },
  }),
  "chart-1d-gc-f.json": hasBars(yahoo("commodity", "1d", "GC=F"), {
    rows: 1,
    samples: [["2020-01-02T00:00:00Z", 1_518.1, 1_528.7, 1_518, 1_524.5, 214]],
  }),
  // Stamped with the time of the last trade, in an open session.
  "chart-1d-gspc-live.json": hasBars(yahoo("index", "1d", "^GSPC", "2024-02-29T18:46:30Z"), {
    rows: 1,
    samples: [["2024-02-29T00:00:00Z", 5_085.36, 5_096.35, 5_061.89, 5_085.06, 1_192_320_000]],
    each: { is_final: false },
  }),
  // 23:00 UTC is midnight in London in summer; the second bar is all null.
  "chart-1d-inr-x-with-null.json": hasBars(yahoo("forex", "1d", "USDINR"), {
    rows: 3,
    samples: [["2017-07-10T00:00:00Z", 64.6155, 64.6155, 64.41, 64.6117, 0]],
    each: { currency: "INR" },
    passedOver: { no_trade: 1 },
  }),
  // Nothing but closes: no bar is made of them, the rows go to quarantine for their missing fields.
  "chart-1d-muv2-de-close-only.json": hasBars(yahoo("stock", "1d", "MUV2.DE"), {
    rows: 123,
    samples: [],
    each: { open: null, high: null, low: null, volume: null, currency: "EUR" },
    details: { "2017-11-27": { close: 188.55, adj_close: 180.344 } },
    passedOver: { no_trade: 1 },
  }),
  "chart-1d-sox.json": hasBars(yahoo("index", "1d", "^SOX"), {
    rows: 20,
    samples: [["2026-10-05T00:00:00Z", 13_148.843, 13_152.674, 13_004.668, 13_128.23, 0]],
  }),
  "chart-1d-spy.json": hasBars(yahoo("etf", "1d", "SPY"), {
    rows: 1,
    samples: [["2023-11-20T00:00:00Z", 450.53, 455.13, 450.52, 454.26, 69_936_200]],
    each: { adjustment: "split" },
  }),
  "chart-1d-tsla.json": hasBars(yahoo("stock", "1d", "TSLA"), {
    rows: 5,
    samples: [["2021-01-04T00:00:00Z", 239.82, 248.16333, 239.06334, 243.25667, 145_914_600]],
  }),
  // Four slots without a trade; the last row stands at the close.
  "chart-5m-7203-t-nulls.json": hasBars(yahoo("stock", "5min", "7203.T"), {
    rows: 5,
    samples: [["2026-10-05T00:00:00Z", 2_873.5, 2_888, 2_867.5, 2_885, 985_400]],
    each: { currency: "JPY" },
    passedOver: { no_trade: 4, live_quote: 1 },
  }),
  // The last row is the price at 13:58:27, no bar.
  "chart-5m-aapl-live.json": hasBars(yahoo("stock", "5min", "AAPL", "2026-10-05T13:58:30Z"), {
    rows: 6,
    samples: [["2026-10-05T13:30:00Z", 332.795, 336.19, 331.65, 336.0736, 1_810_280]],
    details: {
      "2026-10-05T13:50:00Z": { is_final: true },
      "2026-10-05T13:55:00Z": { is_final: false },
    },
    passedOver: { live_quote: 1 },
  }),
  "chart-5m-tnx.json": hasBars(yahoo("bond", "5min", "UST10Y"), {
    rows: 15,
    samples: [["2026-02-02T18:45:00Z", 4.271, 4.273, 4.271, 4.271, 0]],
    each: { adjustment: "none" },
  }),
  // A range without data is an empty answer.
  "error-400-no-data-in-range.json": hasBars(aapl, { rows: 0, samples: [] }, 400),
  "error-401-invalid-crumb.json": fails(aapl, 401, { error: InvalidKeyError }),
  "error-401-unable-to-access-feature.json": fails(aapl, 401, { error: InvalidKeyError }),
  "error-404-not-found.json": fails(aapl, 404, { error: UnknownSymbolError, says: ["AAPL", "delisted"] }),
  "error-422-intraday-window.json": fails(aapl, 422, { error: RequestRefusedError, says: ["60 days"] }),
  "error-429-edge-too-many-requests.txt": fails(aapl, 429, { error: RateLimitedError, period: null }),
  "error-429-too-many-requests.txt": fails(aapl, 429, { error: RateLimitedError, period: null }),
};
