import { assetClassPartition, datePartition } from "./partitions.ts";
import { defineTable, optional, required } from "./table.ts";

const actionColumns = [
  required("symbol", "string", "Ticker as configured, e.g. `AAPL`."),
  required(
    "ex_date",
    "date",
    "First session that trades without the entitlement. Later than `ingested_at` where it is only announced: prices follow it once its symbol has a bar of that day or later.",
  ),
  required("kind", "string", "`split` or `dividend`."),
  optional(
    "ratio",
    "double",
    "Shares after per share before: 4 for a 4:1 split, 0.1 for a 1:10 consolidation, 1 for a split that was called off; null for dividends.",
  ),
  optional(
    "amount",
    "double",
    "Cash per share, in the shares that `adjustment` tells; 0 for a dividend that was called off; null for splits.",
    "currency",
  ),
  optional(
    "currency",
    "string",
    "Currency of the amount, where known: an ISO 4217 code, or the vendor's for hundredths of it, such as `GBp`.",
  ),
  required(
    "adjustment",
    "string",
    "Of which shares the amount is: `none` for those of the ex-date, as it was paid; else those of the time of receipt, so that splits until then are in it.",
  ),
  required("provider", "string", "Id of the provider that reported the action."),
  required("ingested_at", "timestamp", "When marketlake received the row, UTC."),
  required("run_id", "string", "Run that received the row."),
] as const;

export const rawActions = defineTable({
  name: "raw_corporate_actions",
  zone: "raw",
  prefix: "raw/actions/",
  doc: "Splits and dividends exactly as reported, for ever: create-only objects, every version of every row.",
  partitions: [assetClassPartition, datePartition],
  columns: actionColumns,
  key: ["asset_class", "symbol", "ex_date", "kind"],
});

export const corporateActions = defineTable({
  name: "corporate_actions",
  zone: "curated",
  prefix: "curated/corporate_actions/",
  doc: "Splits and dividends: one row per symbol, ex-date and kind, the latest that is known. Prices in bars stay as received; `bars_daily_adjusted` and daily indicators apply these.",
  partitions: [assetClassPartition],
  columns: [...actionColumns, required("source_key", "string", "Raw object from which the row comes.")],
  key: ["asset_class", "symbol", "ex_date", "kind"],
});
