/** Errors that real vendors make, on demand: which rows have one depends on symbol, interval and time alone. */
import { intervalMs, type Interval } from "../../market.ts";
import type { BarColumns, GeneratedBar } from "./columns.ts";
import { noVendorErrors, type SyntheticOptions } from "./options.ts";
import { derive, uniformAt, type RandomKey } from "./random.ts";
import { streams } from "./streams.ts";

/** Appends bars of one symbol, some of them spoilt. */
export type BarSink = (bar: GeneratedBar) => void;

const minuteMs = 60_000;
const unitFactor = 100;

export function vendorSink(
  columns: BarColumns,
  symbol: number,
  series: { readonly key: RandomKey; readonly interval: Interval; readonly asOfMs: number },
  { errors, latenessMs }: Pick<SyntheticOptions, "errors" | "latenessMs">,
): BarSink {
  const rates = { ...noVendorErrors, ...errors };
  if (Object.values(rates).every((rate) => rate === 0)) return (bar) => columns.append(symbol, bar);

  const lengthMs = intervalMs[series.interval];
  const key = derive(derive(series.key, streams.errors), lengthMs);
  const keys = {
    nullRow: derive(key, 0),
    zeroPrice: derive(key, 1),
    unitError: derive(key, 2),
    duplicate: derive(key, 3),
    unsorted: derive(key, 4),
    late: derive(key, 5),
  };
  const firstRow = columns.rowCount;
  return (bar) => {
    const minute = bar.tsMs / minuteMs;
    const hits = (error: keyof typeof keys) => uniformAt(keys[error], minute) < rates[error];
    if (hits("late") && bar.tsMs + lengthMs + latenessMs > series.asOfMs) return;
    if (hits("unitError")) scale(bar, unitFactor);
    if (hits("zeroPrice")) bar[uniformAt(keys.zeroPrice, -minute) < 0.5 ? "open" : "low"] = 0;
    if (hits("nullRow")) scale(bar, Number.NaN);
    columns.append(symbol, bar);
    if (hits("duplicate")) columns.append(symbol, bar);
    if (hits("unsorted") && columns.rowCount - firstRow >= 2) columns.swapLast();
  };
}

function scale(bar: GeneratedBar, factor: number): void {
  bar.open *= factor;
  bar.high *= factor;
  bar.low *= factor;
  bar.close *= factor;
  if (Number.isNaN(factor)) bar.volume = factor;
}
