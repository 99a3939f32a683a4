import { assetClasses, firstBarYear, intradayIntervals, intervals } from "../market.ts";
import type { Partition } from "./table.ts";

export const assetClassPartition = {
  name: "asset_class",
  type: "enum",
  values: assetClasses,
  doc: "Asset class of the instrument.",
} as const satisfies Partition;

export const intervalPartition = {
  name: "interval",
  type: "enum",
  values: intervals,
  doc: "Length of the bar.",
} as const satisfies Partition;

export const intradayIntervalPartition = {
  name: "interval",
  type: "enum",
  values: intradayIntervals,
  doc: "Length of the bar.",
} as const satisfies Partition;

export const yearPartition = {
  name: "year",
  type: "year",
  from: String(firstBarYear),
  doc: "UTC year of the bar's start.",
} as const satisfies Partition;

export const monthPartition = {
  name: "month",
  type: "month",
  from: `${firstBarYear}-01`,
  doc: "UTC month of the bar's start, `YYYY-MM`.",
} as const satisfies Partition;

export const datePartition = {
  name: "dt",
  type: "date",
  from: "2000-01-01",
  doc: "UTC date of the scheduled time, `YYYY-MM-DD`.",
} as const satisfies Partition;
