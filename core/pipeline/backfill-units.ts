/** How a backfill is cut: symbols by stretches of time, each of few calls, so that what is done is noted often. */
import type { Series } from "../lake/keys.ts";
import type { BarQuery } from "../providers/provider.ts";
import { chunksOf } from "./extract-plan.ts";
import { cutInTime, type CallBound } from "./cuts.ts";
import type { Stretch } from "./stretches.ts";

/** Symbols of a unit: few enough to see a backfill move, so many that objects are rewritten seldom. */
export const unitSymbolsMax = 50;
/** Calls of a unit, where its symbols leave a choice: no more than these are asked for again after a crash. */
const unitCallsMax = 200;

export interface CutOptions {
  /** By calls of one symbol that a unit may have. */
  readonly bounds: (callsMax: number) => readonly CallBound[];
  readonly shardCount: number;
  readonly symbolsMax: number;
}

/** Chunk of symbols after chunk of symbols, each from its newest bars to its oldest. */
export function* unitsOf(
  left: readonly Stretch[],
  series: Series & Pick<BarQuery, "asOfMs">,
  { bounds, ...size }: CutOptions,
): Generator<BarQuery> {
  for (const { fromMs, toMs, symbols: names } of left) {
    for (const symbols of chunksOf(names, size)) {
      const callsMax = Math.max(1, Math.floor(unitCallsMax / symbols.length));
      yield* cutInTime(bounds(callsMax), { ...series, symbols, fromMs, toMs });
    }
  }
}
