/**
 * Quality flags: what looks odd about a row that is valid. Flags are a function of the rows of one bars object (one
 * series, shard and period), `fx_missing` also of exchange rates, and of nothing else, so any order of arrival and a rebuild give the same flags.
 */
import type { Bars } from "../bars/bars.ts";
import { calendarFor, type MarketCalendar } from "../calendar/index.ts";
import type { StringColumn } from "../columnar/batch.ts";
import { nullCode } from "../columnar/batch.ts";
import type { Series } from "../lake/keys.ts";
import { mayBeNonPositive, type AssetClass } from "../market.ts";
import { memoize } from "../memoize.ts";
import { findCumulativeVolume } from "./cumulative-volume.ts";
import { median, medianAbsoluteDeviation } from "./robust.ts";
import { sessionCheck } from "./session-check.ts";

/** What each flag takes off the score of 100. Bit i of a mask stands for the i-th name, in alphabetical order. */
export const flagWeights = {
  cumulative_volume: 10,
  fallback_provider: 5,
  fx_missing: 5,
  gap_outlier: 20,
  outside_session: 15,
  partial_aggregate: 15,
  split_suspect: 30,
  stale_price: 10,
  unit_suspect: 40,
  zero_volume: 10,
} as const;
export type QualityFlag = keyof typeof flagWeights;

export const qualityFlags = Object.keys(flagWeights) as QualityFlag[];
export const flagBit = (flag: QualityFlag) => 1 << qualityFlags.indexOf(flag);

const cumulativeVolume = flagBit("cumulative_volume");
const gapOutlier = flagBit("gap_outlier");
const outsideSession = flagBit("outside_session");
const splitSuspect = flagBit("split_suspect");
const stalePrice = flagBit("stale_price");
const unitSuspect = flagBit("unit_suspect");
const zeroVolume = flagBit("zero_volume");

/** Classes whose sources report volume, so that 0 means that nobody traded. */
const reportsVolume: ReadonlySet<AssetClass> = new Set(["stock", "etf", "crypto"]);
/** Classes whose instruments split. */
const splits: ReadonlySet<AssetClass> = new Set(["stock", "etf"]);

/**
 * A change counts as outlier beyond this many robust standard deviations (median absolute deviation × 1.4826, which
 * is the standard deviation for normal data; Iglewicz and Hoaglin 1993 use 3.5, far too eager for fat-tailed returns).
 */
const outlierScoreMax = 10;
const madToSigma = 1.4826;
/** Fewer changes than this say nothing about what is normal. */
const changesMin = 20;

/** Pounds for pence, dollars for cents: a factor of 100, give or take a quarter for the price's own movement. */
const unitFactor = 100;
const unitTolerance = 1.25;

/** Ratios of common splits and consolidations; an overnight step within the tolerance of one is suspect. */
const splitRatios = [1.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50];
const splitTolerance = 0.04;

/** Flags of each row of `bars`, which is sorted by (symbol, ts) with unique keys. */
export function flagBars(bars: Bars, series: Series): Uint16Array {
  const flags = new Uint16Array(bars.rowCount);
  const { symbol } = bars.columns;
  const sessionCheckOf = memoize((calendar: MarketCalendar) => sessionCheck(calendar, series));
  for (let start = 0; start < bars.rowCount;) {
    const code = symbol.codes[start]!;
    let end = start + 1;
    while (end < bars.rowCount && symbol.codes[end] === code) end++;
    flagVolume(bars, series, flags, start, end);
    flagPrices(bars, series, flags, start, end);
    flagUnits(bars, series, flags, start, end);
    const calendar = calendarFor(series.assetClass, symbol.values[code]);
    if (calendar !== null) flagSessions(bars, sessionCheckOf(calendar), flags, start, end);
    start = end;
  }
  return flags;
}

/** The score of every possible mask: 100 minus the weights of its flags, at least 0. */
export const scoreOfFlags: Float64Array = scoresOfMasks();

function scoresOfMasks(): Float64Array {
  const weights = Object.values(flagWeights);
  const penalties = new Float64Array(1 << weights.length);
  for (let mask = 1; mask < penalties.length; mask++) {
    const lowest = mask & -mask;
    penalties[mask] = penalties[mask ^ lowest]! + weights[31 - Math.clz32(lowest)]!;
  }
  return penalties.map((penalty) => Math.max(0, 100 - penalty));
}

/** The masks as a text column: names in alphabetical order, comma separated; null where there are none. */
export function flagTexts(flags: Uint16Array): StringColumn {
  const values: string[] = [];
  const codeOfMask = new Uint32Array(1 << qualityFlags.length).fill(nullCode);
  const codes = new Uint32Array(flags.length);
  for (let row = 0; row < flags.length; row++) {
    const mask = flags[row]!;
    if (mask !== 0 && codeOfMask[mask] === nullCode) {
      codeOfMask[mask] =
        values.push(qualityFlags.filter((flag) => (mask & flagBit(flag)) !== 0).join(",")) - 1;
    }
    codes[row] = codeOfMask[mask]!;
  }
  return { values, codes };
}

function flagVolume(bars: Bars, series: Series, flags: Uint16Array, start: number, end: number): void {
  if (!reportsVolume.has(series.assetClass)) return;
  const { ts, volume } = bars.columns;
  for (let row = start; row < end; row++) {
    if (volume[row] === 0) flags[row]! |= zeroVolume;
  }
  if (series.interval === "1d") return;
  findCumulativeVolume(ts, volume, start, end, (from, to) => {
    for (let row = from; row < to; row++) flags[row]! |= cumulativeVolume;
  });
}

/** Steps from the previous close: outliers, suspected splits, and bars that only repeat the last close. */
function flagPrices(bars: Bars, series: Series, flags: Uint16Array, start: number, end: number): void {
  const { open, high, low, close, volume } = bars.columns;
  const checksStale = series.assetClass !== "bond";
  const checksSplits = splits.has(series.assetClass);
  for (let row = start + 1; row < end; row++) {
    const before = close[row - 1]!;
    const isFlat = high[row] === low[row] && close[row] === before;
    const repeatsVolume = volume[row] === 0 || volume[row] === volume[row - 1];
    if (checksStale && isFlat && repeatsVolume) flags[row]! |= stalePrice;
    if (checksSplits && looksLikeSplit(open[row]! / before)) flags[row]! |= splitSuspect;
  }
  flagOutliers(close, series, flags, start, end);
}

function flagOutliers(
  close: Float64Array,
  series: Series,
  flags: Uint16Array,
  start: number,
  end: number,
): void {
  const count = end - start - 1;
  if (count < changesMin) return;
  // Yields and commodities cross zero, where ratios mean nothing; their changes are differences.
  const isRelative = !mayBeNonPositive[series.assetClass];
  const changes = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const before = close[start + i]!;
    const here = close[start + i + 1]!;
    changes[i] = isRelative ? Math.log(here / before) : here - before;
  }
  const sorted = changes.slice().sort();
  const center = median(sorted);
  const sigma = madToSigma * medianAbsoluteDeviation(sorted, center);
  if (sigma === 0) return;
  for (let i = 0; i < count; i++) {
    if (Math.abs(changes[i]! - center) > outlierScoreMax * sigma) flags[start + i + 1]! |= gapOutlier;
  }
}

function looksLikeSplit(ratio: number): boolean {
  const step = ratio < 1 ? 1 / ratio : ratio;
  if (step < splitRatios[0]! * (1 - splitTolerance)) return false;
  return splitRatios.some((split) => Math.abs(step / split - 1) <= splitTolerance);
}

/**
 * Prices about 100 times off the median of the symbol's closes, or off within one bar. Of two units the rarer one is marked,
 * the later one where both are as frequent, be it the right one: the rows of an object cannot tell a wrong block from a change of unit, nor can a row's neighbours, as
 * blocks that vendors get wrong reach over either end of what they send.
 */
function flagUnits(bars: Bars, series: Series, flags: Uint16Array, start: number, end: number): void {
  if (mayBeNonPositive[series.assetClass]) return;
  const { high, low, close } = bars.columns;
  const typical = typicalClose(close.subarray(start, end));
  for (let row = start; row < end; row++) {
    if (isUnitStep(close[row]! / typical) || isUnitStep(high[row]! / low[row]!)) flags[row]! |= unitSuspect;
  }
}

/** The median. Where as many closes have one unit as the other, it would lie between them: then that of the first counts. */
function typicalClose(closes: Float64Array): number {
  const sorted = closes.slice().sort();
  const [low, high] = [sorted[(sorted.length >> 1) - 1], sorted[sorted.length >> 1]!];
  if (low === undefined || sorted.length % 2 === 1 || !isUnitStep(high / low)) return median(sorted);
  return closes[0]! <= low ? low : high;
}

function isUnitStep(ratio: number): boolean {
  const step = ratio < 1 ? 1 / ratio : ratio;
  return step > unitFactor / unitTolerance && step < unitFactor * unitTolerance;
}

function flagSessions(
  bars: Bars,
  isInSession: (tsMs: number) => boolean,
  flags: Uint16Array,
  start: number,
  end: number,
): void {
  const { ts } = bars.columns;
  for (let row = start; row < end; row++) {
    if (!isInSession(ts[row]!)) flags[row]! |= outsideSession;
  }
}
