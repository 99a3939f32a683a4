/** Stock splits. Prices are as traded, so a split is a fall in price that is no loss. */
import type { DailyYear } from "./daily-year.ts";
import { derive, uniformAt, type RandomKey } from "./random.ts";
import { streams } from "./streams.ts";

/** First year in which a synthetic share can split. */
const firstSplitYear = 2_000;
const splitRatios = [2, 2, 2, 3, 4, 1.5];
const meanLogRatio = splitRatios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / splitRatios.length;

/**
 * Logarithm by which a share has grown at the start of a year because it splits: who splits often has grown as much,
 * else its price would sink towards zero.
 */
export function growthOfSplitters(year: number, splitsPerDecade: number): number {
  return (splitsPerDecade / 10) * meanLogRatio * Math.max(0, year - firstSplitYear);
}

export interface Split {
  /** Index of the first session that trades at the new price. */
  readonly session: number;
  /** New shares per old share. */
  readonly ratio: number;
}

/** The split of a symbol in a year of `sessionCount` sessions, or null. */
export function splitIn(
  key: RandomKey,
  year: number,
  sessionCount: number,
  splitsPerDecade: number,
): Split | null {
  const splitKey = derive(derive(key, streams.split), year);
  if (year < firstSplitYear || uniformAt(splitKey, 0) >= splitsPerDecade / 10) return null;
  return {
    session: Math.floor(uniformAt(splitKey, 1) * sessionCount),
    ratio: splitRatios[Math.floor(uniformAt(splitKey, 2) * splitRatios.length)]!,
  };
}

/** Prices as traded: divided by every split up to the session, volumes multiplied. */
export function applySplits(key: RandomKey, bars: DailyYear, splitsPerDecade: number): void {
  const { year, days } = bars.sessions;
  let divisor = 1;
  for (let before = firstSplitYear; before < year; before++) {
    divisor *= splitIn(key, before, days.length, splitsPerDecade)?.ratio ?? 1;
  }
  const split = splitIn(key, year, days.length, splitsPerDecade);
  for (let i = 0; i < days.length; i++) {
    if (i === split?.session) divisor *= split.ratio;
    bars.open[i]! /= divisor;
    bars.high[i]! /= divisor;
    bars.low[i]! /= divisor;
    bars.close[i]! /= divisor;
    bars.volume[i] = Math.round(bars.volume[i]! * divisor);
  }
}
