import { assetClasses, type AssetClass } from "../market.ts";
import { barsDaily, barsIntraday, rawBars } from "./bars.ts";
import { indicatorsDaily, indicatorsIntraday } from "./indicators.ts";
import { adjustedBarsSql } from "./adjusted-bars-sql.ts";
import { assetClassPartition, intervalPartition, yearPartition } from "./partitions.ts";
import { type Column, optional, partitionColumn, required, type Table, type View } from "./table.ts";

type Query = Pick<View, "sql" | "columns">;

/** Column lists come from the declarations, so that a view cannot drift from its table. */
const names = (columns: readonly Column[]) =>
  columns.map(({ name }) => (name === "interval" ? `"interval"` : name)).join(", ");

/** The columns that tell series apart, in front of a table's own. */
const withSeries = (table: Table) => [
  partitionColumn(assetClassPartition),
  partitionColumn(intervalPartition),
  ...table.columns,
];

/** Every row of one asset class, partition columns included. */
function ofClass(assetClass: AssetClass, table: Table): Query {
  const columns = [...table.columns, ...table.partitions.map(partitionColumn)];
  return {
    sql: `select ${names(columns)} from ${table.name} where asset_class = '${assetClass}'`,
    columns,
  };
}

/** Daily and intraday rows under one roof; `interval` tells them apart. */
function bothIntervals(daily: Table, intraday: Table, assetClass?: AssetClass): Query {
  const filter = assetClass === undefined ? "" : ` where asset_class = '${assetClass}'`;
  return {
    sql: [
      `select asset_class, '1d' as "interval", ${names(daily.columns)} from ${daily.name}${filter}`,
      "union all",
      `select asset_class, "interval", ${names(daily.columns)} from ${intraday.name}${filter}`,
    ].join("\n"),
    columns: withSeries(daily),
  };
}

/** The last row of each series of the view `source`, which shows `table` for all intervals. */
function latest(source: string, table: Table): Query {
  const columns = withSeries(table);
  return {
    sql: [
      `select ${names(columns)}`,
      `from (select *, row_number() over (partition by asset_class, "interval", symbol order by ts desc) as recency from ${source}) as ranked`,
      "where recency = 1",
    ].join("\n"),
    columns,
  };
}

const rawViews: View[] = assetClasses.map((assetClass) => ({
  name: `${assetClass}_data_raw`,
  doc: `Every ${assetClass} bar as received, all versions.`,
  ...ofClass(assetClass, rawBars),
}));

const classViews: View[] = assetClasses.map((assetClass) => ({
  name: `${assetClass}_data`,
  doc: `Validated ${assetClass} bars of every interval.`,
  ...bothIntervals(barsDaily, barsIntraday, assetClass),
}));

const adjustedBars: View = {
  name: "bars_daily_adjusted",
  doc: "Daily bars in the shares of today, with a close that also reinvests dividends. Prices that the provider had adjusted already are only adjusted for actions that came after they were received. Filter by asset_class and symbol: the factors are computed for what is asked.",
  sql: adjustedBarsSql,
  columns: [
    partitionColumn(assetClassPartition),
    ...barsDaily.columns.slice(0, 2),
    required("session_date", "date", "Trading session to which the bar belongs."),
    required("open", "double", "First price of the session, split-adjusted.", "currency"),
    required("high", "double", "Highest price of the session, split-adjusted.", "currency"),
    required("low", "double", "Lowest price of the session, split-adjusted.", "currency"),
    required("close", "double", "Last price of the session, split-adjusted.", "currency"),
    required(
      "adj_close",
      "double",
      "Close adjusted for splits and dividends: its changes are total returns.",
      "currency",
    ),
    required("volume", "double", "Traded volume in the shares of today.", "shares, contracts or coins"),
    required(
      "split_divisor",
      "double",
      "By what prices were divided: the product of the ratios of later splits.",
    ),
    required(
      "dividend_factor",
      "double",
      "By what adj_close is less than close: the product of 1 − dividend ÷ last close before it, over later dividends.",
    ),
    optional(
      "currency",
      "string",
      "Currency of the prices, where known: an ISO 4217 code, or the vendor's for hundredths of it (`GBp` and `GBX` pence, `ZAc` cents, `ILA` agorot).",
    ),
    required("adjustment", "string", "What the provider had applied: `none`, `split` or `split_dividend`."),
    required("ingested_at", "timestamp", "When marketlake received the bar, UTC."),
    partitionColumn(yearPartition),
  ],
};

/** Order matters: a view may use the ones before it. */
export const views: readonly View[] = [
  ...rawViews,
  ...classViews,
  {
    name: "bars",
    doc: "Validated bars of every asset class and interval.",
    ...bothIntervals(barsDaily, barsIntraday),
  },
  {
    name: "technical_indicators",
    doc: "Technical indicators of every asset class and interval.",
    ...bothIntervals(indicatorsDaily, indicatorsIntraday),
  },
  { name: "stock_prices", doc: "Daily stock bars.", ...ofClass("stock", barsDaily) },
  { name: "stock_prices_intraday", doc: "Intraday stock bars.", ...ofClass("stock", barsIntraday) },
  {
    name: "market_indices",
    doc: "The indices in the lake, with their first and last daily bar.",
    sql: [
      "select symbol, min(session_date) as first_session, max(session_date) as last_session, count(*) as sessions",
      "from bars_daily where asset_class = 'index'",
      "group by symbol",
    ].join("\n"),
    columns: [
      required("symbol", "string", "Ticker of the index."),
      required("first_session", "date", "Session of the first daily bar."),
      required("last_session", "date", "Session of the last daily bar."),
      required("sessions", "bigint", "Daily bars in the lake."),
    ],
  },
  { name: "market_index_prices", doc: "Daily index bars.", ...ofClass("index", barsDaily) },
  adjustedBars,
  { name: "latest_bars", doc: "The last bar of each series.", ...latest("bars", barsDaily) },
  {
    name: "latest_indicators",
    doc: "The last indicator row of each series.",
    ...latest("technical_indicators", indicatorsDaily),
  },
];
