/**
 * New York Stock Exchange; NASDAQ and the other US stock exchanges keep the same hours.
 *
 * Sources: NYSE Rule 7.2 "Holidays" and the yearly "Holidays & Trading Hours" notices at
 * https://www.nyse.com/trade/hours-calendars; for the past "Special Closings" (NYSE, closings.pdf) as collected in
 * https://github.com/gerrymanoim/exchange_calendars (us_holidays.py). Regular hours since 1985-09-30.
 */
import { dayOf, easterSunday, lastWeekday, nthWeekday, weekdayOf, weekdays, type Weekday } from "./days.ts";
import { exchangeCalendar } from "./exchange.ts";

const { sunday, monday, tuesday, wednesday, thursday, friday, saturday } = weekdays;

/** Rule 7.2: a holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
function observed(day: number): number {
  if (weekdayOf(day) === saturday) return day - 1;
  return weekdayOf(day) === sunday ? day + 1 : day;
}

/** Rule 7.2 keeps the Friday open where it ends a monthly or yearly accounting period, as 31 December does. */
function newYearsDay(year: number): number | null {
  const day = dayOf(year, 1, 1);
  return weekdayOf(day) === saturday ? null : observed(day);
}

const thanksgiving = (year: number) => nthWeekday(year, 11, thursday, 4);

/** The day if it falls on one of the given weekdays. */
const onlyOn = (day: number, ...allowed: readonly Weekday[]) =>
  allowed.includes(weekdayOf(day)) ? day : null;

const christmasEve = (year: number) => onlyOn(dayOf(year, 12, 24), monday, tuesday, wednesday, thursday);

export const xnys = exchangeCalendar({
  id: "XNYS",
  timeZone: "America/New_York",
  validFrom: "1990-01-01",
  validTo: "2028-12-31",
  open: "09:30",
  close: "16:00",
  holidays: [
    { name: "New Year's Day", day: newYearsDay },
    { name: "Martin Luther King Jr. Day", day: (year) => nthWeekday(year, 1, monday, 3), fromYear: 1998 },
    { name: "Washington's Birthday", day: (year) => nthWeekday(year, 2, monday, 3), fromYear: 1971 },
    { name: "Good Friday", day: (year) => easterSunday(year) - 2 },
    { name: "Memorial Day", day: (year) => lastWeekday(year, 5, monday), fromYear: 1971 },
    { name: "Juneteenth", day: (year) => observed(dayOf(year, 6, 19)), fromYear: 2022 },
    { name: "Independence Day", day: (year) => observed(dayOf(year, 7, 4)), fromYear: 1954 },
    { name: "Labor Day", day: (year) => nthWeekday(year, 9, monday, 1) },
    { name: "Thanksgiving", day: thanksgiving, fromYear: 1942 },
    { name: "Christmas", day: (year) => observed(dayOf(year, 12, 25)), fromYear: 1954 },
  ],
  closures: {
    "1994-04-27": "funeral of Richard Nixon",
    "2001-09-11": "attacks on the World Trade Center",
    "2001-09-12": "attacks on the World Trade Center",
    "2001-09-13": "attacks on the World Trade Center",
    "2001-09-14": "attacks on the World Trade Center",
    "2004-06-11": "day of mourning for Ronald Reagan",
    "2007-01-02": "day of mourning for Gerald Ford",
    "2012-10-29": "Hurricane Sandy",
    "2012-10-30": "Hurricane Sandy",
    "2018-12-05": "day of mourning for George H. W. Bush",
    "2025-01-09": "day of mourning for Jimmy Carter",
  },
  earlyCloses: [
    {
      name: "day after Thanksgiving",
      day: (year) => thanksgiving(year) + 1,
      close: "14:00",
      fromYear: 1992,
      toYear: 1992,
    },
    { name: "day after Thanksgiving", day: (year) => thanksgiving(year) + 1, close: "13:00", fromYear: 1993 },
    { name: "Christmas Eve", day: christmasEve, close: "14:00", toYear: 1992 },
    { name: "Christmas Eve", day: christmasEve, close: "13:00", fromYear: 1993 },
    {
      name: "eve of Independence Day",
      day: (year) => onlyOn(dayOf(year, 7, 3), monday, tuesday, thursday),
      close: "13:00",
      fromYear: 1995,
    },
    {
      name: "eve of Independence Day on a Wednesday",
      day: (year) => onlyOn(dayOf(year, 7, 3), wednesday),
      close: "13:00",
      fromYear: 2013,
    },
    {
      name: "Friday after Independence Day",
      day: (year) => onlyOn(dayOf(year, 7, 5), friday),
      close: "13:00",
      fromYear: 1995,
      toYear: 2012,
    },
  ],
  closedEarly: {
    "1997-12-26": { close: "13:00", reason: "Friday after Christmas" },
    "1999-12-31": { close: "13:00", reason: "turn of the millennium" },
    "2003-12-26": { close: "13:00", reason: "Friday after Christmas" },
  },
});
