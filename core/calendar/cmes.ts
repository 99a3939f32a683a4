/**
 * Futures on energy and metals at CME Globex (NYMEX and COMEX), by trade date.
 *
 * A trade date runs from 17:00 in Chicago on the evening before to 16:00. On New Year's Day, Good Friday and Christmas
 * the market stays closed; on the other holidays it trades a short while without settling, and those trades belong to
 * the next trade date, whose session therefore begins before the holiday. The pause within such a session, from the
 * halt in the afternoon of the holiday to 17:00, is not cut out of it. Such a holiday on a Friday counts as closed, for its
 * trades belong to Monday, and a session over the weekend would call the market open on Saturday.
 *
 * Sources: "Globex Holiday Calendar", https://www.cmegroup.com/trading-hours.html, and the hours on the contract
 * specifications of CL and GC; the settled days of CL and GC agree (`test/golden/published-calendars.test.ts`).
 */
import { memoize } from "../memoize.ts";
import type { Session } from "./calendar.ts";
import { dayMs, dayOf, formatDate, isWeekend, weekdays, yearOf } from "./days.ts";
import { exceptionalDays, sinceMidnightMs, type ExceptionRules, type YearlyRule } from "./exchange.ts";
import { sessionCalendar } from "./session-calendar.ts";
import * as us from "./us-holidays.ts";
import { openZone } from "./zone.ts";

const chicago = openZone("America/Chicago");
const openMs = sinceMidnightMs("17:00");
const closeMs = sinceMidnightMs("16:00");
const openToMidnightMs = dayMs - openMs;

const { monday, tuesday, wednesday, thursday } = weekdays;

const closedHolidays: readonly YearlyRule[] = [
  { name: "New Year's Day", day: us.newYearsDay },
  { name: "Good Friday", day: us.goodFriday },
  { name: "Christmas", day: us.christmas },
];

/** Without settlement: their trades count to the next trade date. */
const unsettledHolidays: readonly YearlyRule[] = [
  { name: "Martin Luther King Jr. Day", day: us.martinLutherKingDay, fromYear: 1998 },
  { name: "Washington's Birthday", day: us.washingtonsBirthday },
  { name: "Memorial Day", day: us.memorialDay },
  { name: "Juneteenth", day: us.juneteenth, fromYear: 2022 },
  { name: "Independence Day", day: us.independenceDay },
  { name: "Labor Day", day: us.laborDay },
  { name: "Thanksgiving", day: us.thanksgiving },
];

const rules: ExceptionRules = {
  holidays: [...closedHolidays, ...unsettledHolidays],
  closures: {
    "2001-09-11": "attacks on the World Trade Center",
    "2001-09-12": "attacks on the World Trade Center",
    "2001-09-13": "attacks on the World Trade Center",
    "2001-09-14": "attacks on the World Trade Center",
  },
  earlyCloses: [
    { name: "day after Thanksgiving", day: (year) => us.thanksgiving(year) + 1, close: "12:45" },
    {
      name: "Christmas Eve",
      day: (year) => us.onlyOn(dayOf(year, 12, 24), monday, tuesday, wednesday, thursday),
      close: "12:45",
    },
  ],
  closedEarly: {},
};

const exceptionsOf = memoize((year: number) => exceptionalDays(rules, year));
const unsettledOf = memoize((year: number) => new Set(daysOf(unsettledHolidays, year)));

function daysOf(holidays: readonly YearlyRule[], year: number): (number | null)[] {
  return holidays.filter(({ fromYear = year }) => fromYear <= year).map(({ day }) => day(year));
}

const isTradeDate = (day: number) => !isWeekend(day) && !exceptionsOf(yearOf(day)).closed.has(day);

/** The trade date of a calendar day from 17:00 the evening before: the day itself, or the one that its trades count to. */
function tradeDateOf(day: number): number {
  let date = day;
  while (unsettledOf(yearOf(date)).has(date)) date++;
  return date;
}

/** The calendar day on whose evening before the session of a trade date begins. */
function firstDayOf(tradeDate: number): number {
  let day = tradeDate;
  while (unsettledOf(yearOf(day - 1)).has(day - 1)) day--;
  return day;
}

function sessionOn(day: number): Session | null {
  if (!isTradeDate(day)) return null;
  const early = exceptionsOf(yearOf(day)).closesAt.get(day);
  return {
    date: formatDate(day),
    openMs: chicago.utcOfLocalMs((firstDayOf(day) - 1) * dayMs + openMs),
    closeMs: chicago.utcOfLocalMs(day * dayMs + (early === undefined ? closeMs : sinceMidnightMs(early))),
    earlyClose: early !== undefined,
  };
}

export const cmes = sessionCalendar({
  id: "CMES",
  timeZone: chicago.name,
  validFrom: "2000-01-01",
  validTo: "2029-12-31",
  sessionOn,
  dayAt: (tsMs) => tradeDateOf(Math.floor((tsMs + chicago.offsetAtMs(tsMs) + openToMidnightMs) / dayMs)),
});
