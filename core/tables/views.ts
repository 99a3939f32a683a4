import { assetClasses, type AssetClass } from "../market.ts";
import { barsDaily, barsIntraday } from "./bars.ts";
import { indicatorsDaily, indicatorsIntraday } from "./indicators.ts";
import type { Table, View } from "./table.ts";

/** Column lists come from the declarations, so that a view cannot drift from its table. */
const names = (table: Table, prefix = "") =>
  table.columns.map((column) => `${prefix}${column.name}`).join(", ");

/** Daily and intraday rows under one roof; `interval` tells them apart. */
function bothIntervals(daily: Table, intraday: Table, filter = ""): string {
  return [
    `select asset_class, '1d' as "interval", ${names(daily)} from ${daily.name}${filter}`,
    "union all",
    `select asset_class, "interval", ${names(intraday)} from ${intraday.name}${filter}`,
  ].join("\n");
}

/** The last row of each series. Only the columns of `table` are shown. */
function latest(source: string, table: Table): string {
  return [
    `select asset_class, "interval", ${names(table)}`,
    `from (select *, row_number() over (partition by asset_class, "interval", symbol order by ts desc) as recency from ${source}) as ranked`,
    "where recency = 1",
  ].join("\n");
}

const ofClass = (assetClass: AssetClass) => ` where asset_class = '${assetClass}'`;

const rawViews: View[] = assetClasses.map((assetClass) => ({
  name: `${assetClass}_data_raw`,
  doc: `Every ${assetClass} bar as received, all versions.`,
  sql: `select * from raw_bars${ofClass(assetClass)}`,
}));

const classViews: View[] = assetClasses.map((assetClass) => ({
  name: `${assetClass}_data`,
  doc: `Validated ${assetClass} bars of every interval.`,
  sql: bothIntervals(barsDaily, barsIntraday, ofClass(assetClass)),
}));

/** Order matters: a view may use the ones before it. */
export const views: readonly View[] = [
  ...rawViews,
  ...classViews,
  {
    name: "bars",
    doc: "Validated bars of every asset class and interval.",
    sql: bothIntervals(barsDaily, barsIntraday),
  },
  {
    name: "technical_indicators",
    doc: "Technical indicators of every asset class and interval.",
    sql: bothIntervals(indicatorsDaily, indicatorsIntraday),
  },
  { name: "stock_prices", doc: "Daily stock bars.", sql: `select * from bars_daily${ofClass("stock")}` },
  {
    name: "stock_prices_intraday",
    doc: "Intraday stock bars.",
    sql: `select * from bars_intraday${ofClass("stock")}`,
  },
  {
    name: "market_indices",
    doc: "The indices in the lake, with their first and last daily bar.",
    sql: [
      "select symbol, min(session_date) as first_session, max(session_date) as last_session, count(*) as sessions",
      `from bars_daily${ofClass("index")}`,
      "group by symbol",
    ].join("\n"),
  },
  {
    name: "market_index_prices",
    doc: "Daily index bars.",
    sql: `select * from bars_daily${ofClass("index")}`,
  },
  { name: "latest_bars", doc: "The last bar of each series.", sql: latest("bars", barsDaily) },
  {
    name: "latest_indicators",
    doc: "The last indicator row of each series.",
    sql: latest("technical_indicators", indicatorsDaily),
  },
];
