/** Single values of vendor bodies. What cannot be read is said, never guessed. */
import { daysOf, parseNumber, type Cell } from "../../bars/csv/cells.ts";
import { memoize } from "../../memoize.ts";
import { openZone, type Zone } from "../../calendar/zone.ts";
import { excerpt, UnexpectedResponseError } from "./errors.ts";

export type { Cell } from "../../bars/csv/cells.ts";

const dayMs = 86_400_000;
const absent: Cell = { value: Number.NaN, problem: null };

export const cellOf = (value: number): Cell => ({ value, problem: null });

/** A JSON number; null and absence are a missing value, text is none. */
export function jsonNumber(value: unknown): Cell {
  if (value === undefined || value === null) return absent;
  return typeof value === "number"
    ? { value, problem: null }
    : { problem: `expected a number, got ${JSON.stringify(value)}` };
}

/** Words for a missing value in vendors that send all numbers as text. */
const missingWords = new Set(["None", "-", ".", "null"]);

/** A number as text or as itself. `None`, `-` and `.` are missing values. */
export function textNumber(value: unknown): Cell {
  if (typeof value !== "string") return jsonNumber(value);
  return missingWords.has(value) ? absent : parseNumber(value);
}

/** `2026-11-20`, with or without a time behind it that is not looked at, as midnight UTC in ms. */
export function dateMs(value: unknown): Cell {
  const match = typeof value === "string" ? /^(\d{4})-(\d{2})-(\d{2})(?:$|[ T])/.exec(value) : null;
  const days = match === null ? null : daysOf(Number(match[1]), Number(match[2]), Number(match[3]));
  return days === null
    ? { problem: `expected a date such as "2026-11-20", got ${JSON.stringify(value)}` }
    : { value: days * dayMs, problem: null };
}

/** Vendors name zones in their answers. */
const zoneOf = memoize((name: string): Zone => {
  const zone = openZone(name);
  try {
    zone.offsetAtMs(0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnexpectedResponseError(`expected an IANA time zone, got ${excerpt(name)}`, { cause: error });
  }
  return zone;
});

/**
 * UTC ms of `2026-11-20 09:30:00`, wall time of an IANA zone.
 * @param occurrence which is meant of a wall time that a clock change repeats
 * @throws UnexpectedResponseError for an unknown zone.
 */
export function zonedMs(value: unknown, zone: string, occurrence: "first" | "second" = "first"): Cell {
  const match = typeof value === "string" ? /[ T](\d{2}):(\d{2})(?::(\d{2}))?$/.exec(value) : null;
  const day = dateMs(value);
  const isTime =
    match !== null && Number(match[1]) < 24 && Number(match[2]) < 60 && Number(match[3] ?? 0) < 60;
  if (!isTime || day.problem !== null) {
    return { problem: `expected a time such as "2026-11-20 09:30:00", got ${JSON.stringify(value)}` };
  }
  const [, hours, minutes, seconds = "0"] = match;
  const sinceMidnightMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return cellOf(zoneOf(zone).utcOfLocalMs(day.value + sinceMidnightMs, occurrence));
}

/**
 * Midnight UTC, in ms, of the local date on which a UTC time falls: the `ts` of a daily bar.
 * @throws UnexpectedResponseError for an unknown zone.
 */
export function localDateMs(tsMs: number, zone: string): number {
  const localMs = tsMs + zoneOf(zone).offsetAtMs(tsMs);
  return Math.floor(localMs / dayMs) * dayMs;
}

/** UTC ms of the midnight that begins a local date, given as `localDateMs` gives it. */
export function localMidnightMs(dateMs: number, zone: string): number {
  return zoneOf(zone).utcOfLocalMs(dateMs);
}

/** UTC ms of an ISO-8601 time with its zone. */
export function isoMs(value: unknown): Cell {
  const ms =
    typeof value === "string" && /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms)
    ? { problem: `expected a time such as "2026-11-20T14:30:00Z", got ${JSON.stringify(value)}` }
    : { value: ms, problem: null };
}
