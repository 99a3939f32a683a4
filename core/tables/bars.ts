import {
  assetClassPartition,
  datePartition,
  intervalPartition,
  intradayIntervalPartition,
  monthPartition,
  yearPartition,
} from "./partitions.ts";
import { type Column, defineTable, optional, required } from "./table.ts";

const identity = [
  required("symbol", "string", "Ticker as configured, e.g. `AAPL`, `^GSPC`, `BTC-USD`."),
  required(
    "ts",
    "timestamp",
    "Start of the bar, UTC. The bar is half-open: `[ts, ts + interval)`. Daily bars carry midnight UTC of the session's date.",
  ),
] as const;

const prices = [
  required("open", "double", "First price of the bar.", "currency"),
  required("high", "double", "Highest price of the bar.", "currency"),
  required("low", "double", "Lowest price of the bar.", "currency"),
  required("close", "double", "Last price of the bar.", "currency"),
  optional(
    "adj_close",
    "double",
    "Close adjusted for splits and dividends, where the provider gives one.",
    "currency",
  ),
  required(
    "volume",
    "double",
    "Traded volume; 0 where the source has none. Of crypto, Yahoo, FMP and CoinMarketCap give it in the quote currency.",
    "shares, contracts or coins",
  ),
] as const;

const origin = [
  optional(
    "currency",
    "string",
    "Currency of the prices, where known: an ISO 4217 code, or the vendor's for hundredths of it (`GBp` and `GBX` pence, `ZAc` cents, `ILA` agorot).",
  ),
  required(
    "adjustment",
    "string",
    "What the provider applied to the prices: `none`, `split` or `split_dividend`.",
  ),
  required("is_final", "boolean", "False while the bar's interval was still open when it was received."),
  required("provider", "string", "Id of the provider that sent the row."),
  required("ingested_at", "timestamp", "When marketlake received the row, UTC."),
  required("run_id", "string", "Run that received the row."),
] as const;

/** Missing values are allowed everywhere in raw bars: a row is kept as it came and judged by transform. */
const asReceived = <const C extends Column>(
  column: C,
): Omit<C, "nullable"> & { readonly nullable: true } => ({
  ...column,
  nullable: true,
});

const parseTrouble = [
  optional(
    "parse_error",
    "string",
    "Why a cell of the received row could not be read: line, column, what was expected and what came.",
  ),
  optional("received_text", "string", "The row as received, where a cell of it could not be read."),
] as const;

export const rawBars = defineTable({
  name: "raw_bars",
  zone: "raw",
  prefix: "raw/parquet/",
  doc: "Bars exactly as received, for ever: create-only objects, every version of every row. The curated zone can be rebuilt from it at any time.",
  partitions: [assetClassPartition, intervalPartition, datePartition],
  columns: [
    asReceived(identity[0]),
    asReceived(identity[1]),
    asReceived(prices[0]),
    asReceived(prices[1]),
    asReceived(prices[2]),
    asReceived(prices[3]),
    prices[4],
    asReceived(prices[5]),
    ...origin,
    ...parseTrouble,
  ],
  key: ["asset_class", "interval", "symbol", "ts"],
});

/** What is known of a bar when its row has been validated. */
const receivedColumns = [
  ...identity,
  ...prices,
  ...origin,
  required(
    "source_key",
    "string",
    "Raw object from which the row comes; `derived:<interval>` for bars aggregated from shorter ones.",
  ),
] as const;

/** What follows from a whole bars object, and is made anew whenever it is rewritten. */
const annotations = [
  required(
    "session_date",
    "date",
    "Trading session to which the bar belongs, in the exchange's local calendar.",
  ),
  optional(
    "close_base",
    "double",
    "Close in the configured base currency; null where none is configured or no rate is known.",
    "base currency",
  ),
  optional(
    "fx_rate",
    "double",
    "Base currency per unit of `currency` used for `close_base`: per penny where that is `GBp`.",
  ),
  required(
    "data_quality_score",
    "double",
    "100 minus the weights of the row's quality flags, at least 0. Weights: see `docs/architecture.md`.",
    "0–100",
  ),
  optional(
    "quality_flags",
    "string",
    "Quality flags in alphabetical order, comma separated; null where there are none.",
  ),
] as const;

const curatedColumns = [...receivedColumns, ...annotations] as const;

export const barsDaily = defineTable({
  name: "bars_daily",
  zone: "curated",
  prefix: "curated/bars_daily/",
  doc: "Validated daily bars: one row per symbol and session, the best version known.",
  partitions: [assetClassPartition, yearPartition],
  columns: curatedColumns,
  key: ["asset_class", "symbol", "ts"],
});

/** Curated bars as they are merged, before they are annotated: a shape in memory, no table of the lake. */
export const receivedBars = defineTable({ ...barsDaily, name: "received_bars", columns: receivedColumns });

export const barsIntraday = defineTable({
  name: "bars_intraday",
  zone: "curated",
  prefix: "curated/bars_intraday/",
  doc: "Validated intraday bars: one row per symbol and bar, the best version known.",
  partitions: [assetClassPartition, intradayIntervalPartition, monthPartition],
  columns: curatedColumns,
  key: ["asset_class", "interval", "symbol", "ts"],
});

export const quarantine = defineTable({
  name: "quarantine",
  zone: "curated",
  prefix: "curated/quarantine/",
  doc: "Rows that failed validation, as received, with the reasons. A received row is in curated bars or here, never nowhere.",
  partitions: [assetClassPartition, datePartition],
  columns: [
    required("interval", "string", "Length of the bar."),
    ...rawBars.columns,
    required("reason_codes", "string", "Reason codes in alphabetical order, comma separated."),
    required("source_key", "string", "Raw object from which the row comes."),
    required("source_row", "bigint", "Zero-based row number in the raw object."),
  ],
  key: ["asset_class", "source_key", "source_row"],
});
