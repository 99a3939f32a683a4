/** Bars of one or more symbols as the indicators take them, and their rows to compare. */
import { encodeStrings } from "../../core/columnar/batch.ts";
import type { advanceIndicators, IndicatorInput } from "../../core/indicators/index.ts";

export interface BarSeries {
  readonly symbol: string;
  /** Number of the first bar; its ts is as many days after the epoch. */
  readonly firstBar?: number;
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
}

const dayMs = 86_400_000;

/** Every bar n is received at n seconds after its start. */
export function indicatorBars(...series: readonly BarSeries[]): IndicatorInput {
  const ts = series.flatMap(({ firstBar = 0, close }) => close.map((_, i) => (firstBar + i) * dayMs));
  const column = (name: "high" | "low" | "close") => Float64Array.from(series.flatMap((one) => one[name]));
  return {
    rowCount: ts.length,
    columns: {
      symbol: encodeStrings(series.flatMap(({ symbol, close }) => close.map(() => symbol))),
      ts: Float64Array.from(ts),
      high: column("high"),
      low: column("low"),
      close: column("close"),
      ingested_at: Float64Array.from(ts, (start) => start + (start / dayMs) * 1_000),
    },
  };
}

/** A series whose highs and lows are its closes. */
export function closesOnly(symbol: string, close: readonly number[], firstBar = 0): BarSeries {
  return { symbol, firstBar, high: close, low: close, close };
}

type IndicatorRows = ReturnType<typeof advanceIndicators>["rows"];
export type NumberColumn = Exclude<keyof IndicatorRows["columns"], "symbol">;

export type NumberColumns = Readonly<Record<NumberColumn, Float64Array>>;

/** The value of a column in a row; null where it is missing. */
export function valueIn(rows: IndicatorRows, column: NumberColumn, row: number): number | null {
  const columns: NumberColumns = rows.columns;
  const value = columns[column][row]!;
  return Number.isNaN(value) ? null : value;
}

/** All values of a column; null where one is missing. */
export function valuesOf(rows: IndicatorRows, column: NumberColumn): (number | null)[] {
  return Array.from({ length: rows.rowCount }, (_, row) => valueIn(rows, column, row));
}
