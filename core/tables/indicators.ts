import {
  assetClassPartition,
  intradayIntervalPartition,
  monthPartition,
  yearPartition,
} from "./partitions.ts";
import { defineTable, optional, required } from "./table.ts";

const sma = (n: number) =>
  `Simple moving average of the last ${n} closes; null before bar ${n}. TA-Lib SMA.` as const;
const ema = (n: number) =>
  `Exponential moving average, smoothing 2/(${n}+1), seeded with the simple average of the first ${n} closes; null before bar ${n}. TA-Lib EMA.` as const;

/** The computed columns in the order in which kernels write them. */
const indicatorColumns = [
  required("symbol", "string", "Ticker as configured."),
  required("ts", "timestamp", "Start of the bar, UTC."),
  required(
    "close",
    "double",
    "Close the indicators are computed from; split-adjusted for daily bars.",
    "currency",
  ),
  optional("price_change", "double", "Close minus previous close; null on the first bar.", "currency"),
  optional(
    "price_change_pct",
    "double",
    "100 × price_change ÷ previous close; null on the first bar and where the previous close is not positive.",
    "percent",
  ),
  optional("sma_20", "double", sma(20), "currency"),
  optional("sma_50", "double", sma(50), "currency"),
  optional("sma_200", "double", sma(200), "currency"),
  optional("ema_12", "double", ema(12), "currency"),
  optional("ema_26", "double", ema(26), "currency"),
  optional(
    "macd_line",
    "double",
    "EMA 12 minus EMA 26, where this EMA 12 is seeded with the average of closes 15 to 26 and so begins on bar 26 with EMA 26, unlike ema_12; null before bar 34, as TA-Lib's MACD(12, 26, 9).",
    "currency",
  ),
  optional(
    "macd_signal",
    "double",
    "EMA 9 of the MACD line, seeded with the average of its values of bars 26 to 34; null before bar 34.",
    "currency",
  ),
  optional("macd_histogram", "double", "macd_line − macd_signal; null before bar 34.", "currency"),
  optional(
    "rsi_14",
    "double",
    "Relative strength index with Wilder smoothing over 14 changes, seeded with the average of the first 14; null before bar 15; 0 where no price has changed yet. TA-Lib RSI.",
    "0–100",
  ),
  optional(
    "bb_upper",
    "double",
    "bb_middle + 2 σ, σ the population standard deviation of the last 20 closes; null before bar 20.",
    "currency",
  ),
  optional(
    "bb_middle",
    "double",
    "Simple moving average of the last 20 closes, the same as sma_20; null before bar 20.",
    "currency",
  ),
  optional("bb_lower", "double", "bb_middle − 2 σ; null before bar 20.", "currency"),
  optional(
    "bb_position",
    "double",
    "%B = (close − bb_lower) ÷ (bb_upper − bb_lower); null before bar 20 and where σ is 0.",
  ),
  optional(
    "bb_width",
    "double",
    "(bb_upper − bb_lower) ÷ bb_middle; null before bar 20 and where bb_middle is 0.",
  ),
  optional(
    "atr_14",
    "double",
    "Average true range with Wilder smoothing over 14 bars, seeded with the average of the true ranges of bars 2 to 15; null before bar 15. TA-Lib ATR.",
    "currency",
  ),
  optional(
    "volatility_20",
    "double",
    "Sample standard deviation (n − 1) of the last 20 simple returns; null before bar 21 and where a previous close in the window is not positive.",
    "fraction per bar",
  ),
  required(
    "computed_at",
    "timestamp",
    "When the newest bar that this row depends on was received, UTC: the row could be known from then on, but for splits reported later.",
  ),
] as const;

export const indicatorsDaily = defineTable({
  name: "indicators_daily",
  zone: "curated",
  prefix: "curated/indicators_daily/",
  doc: "Technical indicators of daily bars, one row per bar. Bars are counted from the first of the symbol.",
  partitions: [assetClassPartition, yearPartition],
  columns: indicatorColumns,
  key: ["asset_class", "symbol", "ts"],
});

export const indicatorsIntraday = defineTable({
  name: "indicators_intraday",
  zone: "curated",
  prefix: "curated/indicators_intraday/",
  doc: "Technical indicators of intraday bars, one row per bar. Bars are counted from the first of the symbol.",
  partitions: [assetClassPartition, intradayIntervalPartition, monthPartition],
  columns: indicatorColumns,
  key: ["asset_class", "interval", "symbol", "ts"],
});
