/** The shapes of bars in memory: as received, validated, and annotated as they stand in the curated tables. */
import type { Batch } from "../columnar/batch.ts";
import type { barsDaily, rawBars, receivedBars } from "../tables/index.ts";

export type RawBars = Batch<typeof rawBars>;
/** Validated rows, which is what merges and aggregates work on. */
export type Bars = Batch<typeof receivedBars>;
/** Rows of a curated bars object. Daily and intraday bars share their columns. */
export type AnnotatedBars = Batch<typeof barsDaily>;
