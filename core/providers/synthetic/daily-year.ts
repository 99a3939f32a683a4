import type { TradingYear } from "./trading-year.ts";

/** Bars of a year's sessions, unrounded, one column per field. Whole volumes, so that any sum of parts is exact. */
export interface DailyYear {
  readonly sessions: TradingYear;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}
