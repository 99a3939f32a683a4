/** Holidays that markets of the United States share, by rule; which of them a market keeps, its own file says. */
import {
  dayOf,
  easterSunday,
  isWeekend,
  lastWeekday,
  nthWeekday,
  weekdayOf,
  weekdays,
  type Weekday,
} from "./days.ts";

const { sunday, monday, thursday, saturday } = weekdays;

/** A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
export function observed(day: number): number {
  if (weekdayOf(day) === saturday) return day - 1;
  return mondayAfterSunday(day);
}

/** A holiday on a Sunday is kept on the Monday after, one on a Saturday not at all. */
export function mondayAfterSunday(day: number): number {
  return weekdayOf(day) === sunday ? day + 1 : day;
}

/** The last weekday before a day. */
export function weekdayBefore(day: number): number {
  let before = day - 1;
  while (isWeekend(before)) before--;
  return before;
}

/** The day if it falls on one of the given weekdays. */
export const onlyOn = (day: number, ...allowed: readonly Weekday[]) =>
  allowed.includes(weekdayOf(day)) ? day : null;

/** On a Saturday it is not kept: the Friday before ends a monthly and yearly accounting period. */
export function newYearsDay(year: number): number | null {
  const day = dayOf(year, 1, 1);
  return weekdayOf(day) === saturday ? null : mondayAfterSunday(day);
}

export const martinLutherKingDay = (year: number) => nthWeekday(year, 1, monday, 3);
export const washingtonsBirthday = (year: number) => nthWeekday(year, 2, monday, 3);
export const goodFriday = (year: number) => easterSunday(year) - 2;
export const memorialDay = (year: number) => lastWeekday(year, 5, monday);
export const juneteenth = (year: number) => observed(dayOf(year, 6, 19));
export const independenceDay = (year: number) => observed(dayOf(year, 7, 4));
export const laborDay = (year: number) => nthWeekday(year, 9, monday, 1);
export const columbusDay = (year: number) => nthWeekday(year, 10, monday, 2);
export const veteransDay = (year: number) => mondayAfterSunday(dayOf(year, 11, 11));
export const thanksgiving = (year: number) => nthWeekday(year, 11, thursday, 4);
export const christmas = (year: number) => observed(dayOf(year, 12, 25));
