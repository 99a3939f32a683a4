/**
 * New York Stock Exchange; NASDAQ (XNAS) and the other US stock exchanges keep the same days and hours.
 *
 * Sources: NYSE Rule 7.2 "Holidays" and the yearly "Holidays & Trading Hours" notices at
 * https://www.nyse.com/trade/hours-calendars; for the past "Special Closings" (NYSE, closings.pdf) as collected in
 * https://github.com/gerrymanoim/exchange_calendars (us_holidays.py) and, with days that began late or ended early,
 * https://github.com/rsheftel/pandas_market_calendars (holidays/nyse.py). Minutes of silence at the open and an outage of
 * four minutes before a close are left out. Regular hours since 1985-09-30.
 */
import { dayOf, weekdays } from "./days.ts";
import { exchangeCalendar, type ExchangeRules } from "./exchange.ts";
import * as us from "./us-holidays.ts";

const { monday, tuesday, wednesday, thursday, friday } = weekdays;

const dayAfterThanksgiving = (year: number) => us.thanksgiving(year) + 1;
const christmasEve = (year: number) => us.onlyOn(dayOf(year, 12, 24), monday, tuesday, wednesday, thursday);

export const xnysRules: ExchangeRules = {
  id: "XNYS",
  timeZone: "America/New_York",
  validFrom: "1990-01-01",
  validTo: "2028-12-31",
  open: "09:30",
  close: "16:00",
  holidays: [
    { name: "New Year's Day", day: us.newYearsDay },
    { name: "Martin Luther King Jr. Day", day: us.martinLutherKingDay, fromYear: 1998 },
    { name: "Washington's Birthday", day: us.washingtonsBirthday, fromYear: 1971 },
    { name: "Good Friday", day: us.goodFriday },
    { name: "Memorial Day", day: us.memorialDay, fromYear: 1971 },
    { name: "Juneteenth", day: us.juneteenth, fromYear: 2022 },
    { name: "Independence Day", day: us.independenceDay, fromYear: 1954 },
    { name: "Labor Day", day: us.laborDay },
    { name: "Thanksgiving", day: us.thanksgiving, fromYear: 1942 },
    { name: "Christmas", day: us.christmas, fromYear: 1954 },
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
      day: dayAfterThanksgiving,
      close: "14:00",
      fromYear: 1992,
      toYear: 1992,
    },
    { name: "day after Thanksgiving", day: dayAfterThanksgiving, close: "13:00", fromYear: 1993 },
    { name: "Christmas Eve", day: christmasEve, close: "14:00", toYear: 1992 },
    { name: "Christmas Eve", day: christmasEve, close: "13:00", fromYear: 1993 },
    {
      name: "eve of Independence Day",
      day: (year) => us.onlyOn(dayOf(year, 7, 3), monday, tuesday, thursday),
      close: "13:00",
      fromYear: 1995,
    },
    {
      name: "eve of Independence Day on a Wednesday",
      day: (year) => us.onlyOn(dayOf(year, 7, 3), wednesday),
      close: "13:00",
      fromYear: 2013,
    },
    {
      name: "Friday after Independence Day",
      day: (year) => us.onlyOn(dayOf(year, 7, 5), friday),
      close: "13:00",
      fromYear: 1995,
      toYear: 2012,
    },
  ],
  closedEarly: {
    "1994-02-11": { close: "14:30", reason: "snow" },
    "1996-01-08": { close: "14:00", reason: "snow" },
    "1997-10-27": { close: "15:30", reason: "circuit breaker" },
    "1997-12-26": { close: "13:00", reason: "Friday after Christmas" },
    "1999-12-31": { close: "13:00", reason: "turn of the millennium" },
    "2003-12-26": { close: "13:00", reason: "Friday after Christmas" },
  },
  openedLate: {
    "1995-12-18": { open: "10:30", reason: "trouble with computers" },
    "1996-01-08": { open: "11:00", reason: "snow" },
    "2002-09-11": { open: "12:00", reason: "anniversary of the attacks on the World Trade Center" },
  },
};

export const xnys = exchangeCalendar(xnysRules);
