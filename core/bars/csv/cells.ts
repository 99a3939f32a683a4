/** Single cells as text: the careful path, for whatever the byte parser does not take. */
import type { Interval } from "../../market.ts";
import { quote } from "./error.ts";

/** A value, or why the cell has none. */
export type Cell = { readonly value: number; readonly problem: null } | { readonly problem: string };

const absent: Cell = { value: Number.NaN, problem: null };
const decimalPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})0*)?)? ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const dayMs = 86_400_000;
const minuteMs = 60_000;

export function parseNumber(cell: string): Cell {
  const text = cell.trim();
  if (text === "") return absent;
  const value = decimalPattern.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value)
    ? { value, problem: null }
    : { problem: `expected a number, got ${quote(cell)}` };
}

/** A bar's start as UTC ms: a date for daily bars, a time with its zone for all others (and for daily ones, too). */
export function parseTime(cell: string, interval: Interval): Cell {
  const text = cell.trim();
  if (text === "") return absent;
  const isDaily = interval === "1d";
  const expected = isDaily ? 'a date such as "2026-11-20"' : 'a time such as "2026-11-20T14:30:00Z"';
  const match = isoPattern.exec(text.toUpperCase());
  if (match === null) return { problem: `expected ${expected}, got ${quote(cell)}` };
  const [, year, month, day, hour, minute, second = "0", fraction = "0", zone] = match;
  const days = daysOf(Number(year), Number(month), Number(day));
  if (days === null)
    return { problem: `expected ${expected}, got ${quote(cell)}, a day that does not exist` };
  if (hour === undefined || minute === undefined) {
    return isDaily
      ? { value: days * dayMs, problem: null }
      : { problem: `expected ${expected}, got ${quote(cell)}` };
  }
  if (zone === undefined) {
    return {
      problem: `expected a time with its zone, got ${quote(cell)}, which names none; add Z for UTC or an offset such as +03:00`,
    };
  }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    return { problem: `expected ${expected}, got ${quote(cell)}, a time that does not exist` };
  }
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes(zone);
  const ms = Number(second) * 1_000 + Number(fraction.padEnd(3, "0"));
  return { value: days * dayMs + minutes * minuteMs + ms, problem: null };
}

/**
 * Days since 1970-01-01 of a date of the Gregorian calendar, or null where there is no such day.
 * https://howardhinnant.github.io/date_algorithms.html#days_from_civil
 */
export function daysOf(year: number, month: number, day: number): number | null {
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!exists) return null;
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** `Z`, `+03`, `+0300` or `+03:00`. */
function offsetMinutes(zone: string): number {
  if (zone === "Z") return 0;
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone.startsWith("-") ? -minutes : minutes;
}
