import type { Batch, StringColumn } from "../columnar/batch.ts";
import type { indicatorsDaily } from "../tables/index.ts";

/** Bars sorted by (symbol, ts), as they stand in a bars table: high is not below low, and no price is missing. */
export interface IndicatorInput {
  readonly rowCount: number;
  readonly columns: {
    readonly symbol: StringColumn;
    readonly ts: Float64Array;
    readonly high: Float64Array;
    readonly low: Float64Array;
    readonly close: Float64Array;
    readonly ingested_at: Float64Array;
  };
}

export type IndicatorColumns = Batch<typeof indicatorsDaily>["columns"];

/**
 * Consecutive new bars of one symbol, preceded by the closes that windows look back on. Bar i has its close in
 * `closes[i]` and everything else, input and output, in row `i + rowOffset` of the batch.
 */
export interface Strip {
  /** Up to 200 earlier closes, then those of the new bars. */
  readonly closes: Float64Array;
  /** Simple returns `closes[i] / closes[i − 1] − 1`, from 20 before the new bars; NaN after a close that is not positive. */
  readonly returns: Float64Array;
  /** The new bars are `[from, to)`. */
  readonly from: number;
  readonly to: number;
  /** Bars of the symbol before bar 0: 0 unless the history is full. */
  readonly firstBar: number;
  readonly rowOffset: number;
}
