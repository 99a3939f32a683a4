/** Civil dates as day numbers (days since 1970-01-01), on which calendars compute. */
import { TerminalError } from "../errors.ts";

export const dayMs = 86_400_000;
export const minuteMs = 60_000;

/** Days of the week as `weekdayOf` numbers them. */
export const weekdays = {
  sunday: 0,
  monday: 1,
  tuesday: 2,
  wednesday: 3,
  thursday: 4,
  friday: 5,
  saturday: 6,
} as const;
export type Weekday = (typeof weekdays)[keyof typeof weekdays];

export class InvalidDateError extends TerminalError {
  override name: string = "InvalidDateError";
  constructor(text: string) {
    super(`date: expected an existing day as YYYY-MM-DD, got "${text}"`);
  }
}

/** Day number of a calendar date. `month` counts from 1. */
export function dayOf(year: number, month: number, dayOfMonth: number): number {
  return Date.UTC(year, month - 1, dayOfMonth) / dayMs;
}

/** @throws InvalidDateError for anything but an existing day as `YYYY-MM-DD`. */
export function parseDate(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  const day = ms / dayMs;
  // Date.parse reads 2026-02-30 as 2 March.
  if (Number.isNaN(day) || formatDate(day) !== text) throw new InvalidDateError(text);
  return day;
}

/** `YYYY-MM-DD`. */
export function formatDate(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

export function yearOf(day: number): number {
  return new Date(day * dayMs).getUTCFullYear();
}

/** 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): Weekday {
  return ((((day + weekdays.thursday) % 7) + 7) % 7) as Weekday;
}

export function isWeekend(day: number): boolean {
  const weekday = weekdayOf(day);
  return weekday === weekdays.saturday || weekday === weekdays.sunday;
}

/** The `n`th given weekday of a month, `n` from 1. */
export function nthWeekday(year: number, month: number, weekday: Weekday, n: number): number {
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1);
}

/** The last given weekday of a month. */
export function lastWeekday(year: number, month: number, weekday: Weekday): number {
  const last = dayOf(year, month + 1, 0);
  return last - ((weekdayOf(last) - weekday + 7) % 7);
}

/**
 * Easter Sunday of the Gregorian calendar: the "Anonymous Gregorian" computus (Nature, 20 April 1876; J. Meeus,
 * Astronomical Algorithms, 2nd ed. 1998, chapter 8), with Meeus's letters.
 */
export function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = b >> 2;
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = c >> 2;
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return dayOf(year, Math.floor(n / 31), (n % 31) + 1);
}
