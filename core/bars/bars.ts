/** The two shapes of bars in memory: as received, and as curated. Daily and intraday bars share their columns. */
import type { Batch } from "../columnar/batch.ts";
import type { barsDaily, rawBars } from "../tables/index.ts";

export type RawBars = Batch<typeof rawBars>;
export type Bars = Batch<typeof barsDaily>;
