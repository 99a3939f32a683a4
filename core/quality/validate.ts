/** Row validation: which received rows may become curated bars, and why the others may not. */
import { nullCode } from "../columnar/batch.ts";
import type { RawBars } from "../bars/bars.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs, isBarTime, mayBeNonPositive } from "../market.ts";

/**
 * Why a row goes into quarantine; bit i of a mask stands for `reasonCodes[i]`. An unknown asset class has no code:
 * requests and messages with one are refused at the door, so that no row can carry it.
 */
export const reasonCodes = [
  "close_outside_range",
  "conflicting_duplicate",
  "future_timestamp",
  "high_below_low",
  "misaligned_timestamp",
  "missing_field",
  "negative_volume",
  "non_positive_price",
  "not_a_number",
  "open_outside_range",
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

const bit = (code: ReasonCode) => 1 << reasonCodes.indexOf(code);
const closeOutsideRange = bit("close_outside_range");
const conflictingDuplicate = bit("conflicting_duplicate");
const futureTimestamp = bit("future_timestamp");
const highBelowLow = bit("high_below_low");
const misalignedTimestamp = bit("misaligned_timestamp");
const missingField = bit("missing_field");
const negativeVolume = bit("negative_volume");
const nonPositivePrice = bit("non_positive_price");
const notANumber = bit("not_a_number");
const openOutsideRange = bit("open_outside_range");

/** Daily bars carry midnight UTC of their session's date, and the first zone to reach a date is UTC+14. */
const dailyLeadMs = 14 * 3_600_000;

/**
 * Hourly bars may start at any quarter of an hour, because sessions do (09:30 in New York, 09:15 in Mumbai); shorter
 * bars start at multiples of their length, daily bars at midnight UTC. No bar starts before 1900.
 */
const hourlyAlignmentMs = 900_000;

/** Reasons against each row, 0 where there are none. `raw` is sorted by (symbol, ts). */
export function validateBars(raw: RawBars, series: Series): Uint16Array {
  const reasons = new Uint16Array(raw.rowCount);
  const {
    symbol,
    ts,
    open,
    high,
    low,
    close,
    volume,
    ingested_at: ingestedAt,
    parse_error: parseError,
  } = raw.columns;
  const allowsNonPositive = mayBeNonPositive[series.assetClass];
  const alignmentMs = series.interval === "1h" ? hourlyAlignmentMs : intervalMs[series.interval];
  const leadMs = series.interval === "1d" ? dailyLeadMs : 0;
  for (let row = 0; row < raw.rowCount; row++) {
    const o = open[row]!;
    const h = high[row]!;
    const l = low[row]!;
    const c = close[row]!;
    const v = volume[row]!;
    const t = ts[row]!;
    let mask = 0;
    if (parseError.codes[row] !== nullCode) mask |= notANumber;
    // NaN is how a missing number looks; the sum is NaN or infinite as soon as one part is.
    else if (symbol.codes[row] === nullCode || !Number.isFinite(o + h + l + c + v + t))
      mask |= missingOrInfinite(o, h, l, c, v, t);
    if (mask === 0) {
      if (!allowsNonPositive && (o <= 0 || h <= 0 || l <= 0 || c <= 0)) mask |= nonPositivePrice;
      if (h < l) mask |= highBelowLow;
      else {
        if (o > h || o < l) mask |= openOutsideRange;
        if (c > h || c < l) mask |= closeOutsideRange;
      }
      if (v < 0) mask |= negativeVolume;
      if (t > ingestedAt[row]! + leadMs) mask |= futureTimestamp;
      if (t % alignmentMs !== 0 || (t < 0 && !isBarTime(t))) mask |= misalignedTimestamp;
    }
    reasons[row] = mask;
  }
  markConflicts(raw, reasons);
  return reasons;
}

/** The codes of a mask in alphabetical order, comma separated. */
export function reasonText(mask: number): string {
  return reasonCodes.filter((_, i) => (mask & (1 << i)) !== 0).join(",");
}

function missingOrInfinite(...numbers: number[]): number {
  const infinite = numbers.some((value) => value === Infinity || value === -Infinity) ? notANumber : 0;
  const missing = numbers.some(Number.isNaN) || infinite === 0 ? missingField : 0;
  return infinite | missing;
}

/**
 * Rows of one object that contradict each other about one bar: nobody can say which is right, so none is taken. A
 * provisional and a final version of a bar do not contradict each other, nor do equal rows.
 */
function markConflicts(raw: RawBars, reasons: Uint16Array): void {
  const { symbol, ts } = raw.columns;
  for (let start = 0; start < raw.rowCount;) {
    let end = start + 1;
    while (end < raw.rowCount && symbol.codes[end] === symbol.codes[start] && ts[end] === ts[start]) end++;
    if (end - start > 1) {
      markConflictsOfBar(raw, reasons, start, end, 0);
      markConflictsOfBar(raw, reasons, start, end, 1);
    }
    start = end;
  }
}

/** Rows `[start, end)` are of one bar. Where two valid ones of the same finality differ, every such row has one that it contradicts. */
function markConflictsOfBar(
  raw: RawBars,
  reasons: Uint16Array,
  start: number,
  end: number,
  finality: 0 | 1,
): void {
  const isClaimant = (row: number) => reasons[row] === 0 && raw.columns.is_final[row] === finality;
  let first = -1;
  let conflicts = false;
  for (let row = start; row < end && !conflicts; row++) {
    if (!isClaimant(row)) continue;
    if (first < 0) first = row;
    else conflicts = !isSameBar(raw, first, row);
  }
  if (!conflicts) return;
  for (let row = start; row < end; row++) {
    if (isClaimant(row)) reasons[row] = conflictingDuplicate;
  }
}

function isSameBar(raw: RawBars, a: number, b: number): boolean {
  const { open, high, low, close, adj_close: adjClose, volume } = raw.columns;
  return [open, high, low, close, adjClose, volume].every(
    (column) => column[a] === column[b] || (Number.isNaN(column[a]) && Number.isNaN(column[b])),
  );
}
