/**
 * United States Treasury securities.
 *
 * Sources: SIFMA, "Holiday Schedule" with its recommendations for US dollar-denominated government securities
 * (https://www.sifma.org/resources/general/holiday-schedule/). Since 1996 the market opens until noon on a Good Friday
 * that is the first Friday on which the employment report can appear, 2 to 7 April: the days for which the Treasury
 * published par yields agree on every day from 1990 to 2017 (daily par yield curve rates, home.treasury.gov). Hours are
 * the day's hours of interdealer platforms.
 */
import { dayOf, yearOf } from "./days.ts";
import { exchangeCalendar } from "./exchange.ts";
import * as us from "./us-holidays.ts";

const firstReportYear = 1996;

function hasEmploymentReport(day: number): boolean {
  const year = yearOf(day);
  return year >= firstReportYear && day >= dayOf(year, 4, 2) && day <= dayOf(year, 4, 7);
}

function closedGoodFriday(year: number): number | null {
  const day = us.goodFriday(year);
  return hasEmploymentReport(day) ? null : day;
}

function shortGoodFriday(year: number): number | null {
  const day = us.goodFriday(year);
  return hasEmploymentReport(day) ? day : null;
}

const beforeGoodFriday = (year: number) => {
  const day = closedGoodFriday(year);
  return day === null ? null : day - 1;
};

const attacks = "attacks on the World Trade Center";
const sandy = "Hurricane Sandy";

export const usTreasury = exchangeCalendar({
  id: "UST",
  timeZone: "America/New_York",
  validFrom: "1990-01-01",
  validTo: "2029-12-31",
  open: "07:00",
  close: "17:30",
  holidays: [
    { name: "New Year's Day", day: us.newYearsDay },
    { name: "Martin Luther King Jr. Day", day: us.martinLutherKingDay, fromYear: 1986 },
    { name: "Washington's Birthday", day: us.washingtonsBirthday },
    { name: "Good Friday", day: closedGoodFriday },
    { name: "Memorial Day", day: us.memorialDay },
    { name: "Juneteenth", day: us.juneteenth, fromYear: 2022 },
    { name: "Independence Day", day: us.independenceDay },
    { name: "Labor Day", day: us.laborDay },
    { name: "Columbus Day", day: us.columbusDay },
    { name: "Veterans Day", day: us.veteransDay },
    { name: "Thanksgiving", day: us.thanksgiving },
    { name: "Christmas", day: us.christmas },
  ],
  closures: {
    "1994-04-27": "funeral of Richard Nixon",
    "2001-09-11": attacks,
    "2001-09-12": attacks,
    "2004-06-11": "day of mourning for Ronald Reagan",
    "2012-10-30": sandy,
  },
  earlyCloses: [
    { name: "Good Friday with the employment report", day: shortGoodFriday, close: "12:00" },
    { name: "eve of Good Friday", day: beforeGoodFriday, close: "14:00" },
    { name: "Friday before Memorial Day", day: (year) => us.memorialDay(year) - 3, close: "14:00" },
    {
      name: "eve of Independence Day",
      day: (year) => us.weekdayBefore(us.independenceDay(year)),
      close: "14:00",
    },
    { name: "day after Thanksgiving", day: (year) => us.thanksgiving(year) + 1, close: "14:00" },
    { name: "Christmas Eve", day: (year) => us.weekdayBefore(us.christmas(year)), close: "14:00" },
    { name: "New Year's Eve", day: (year) => us.weekdayBefore(dayOf(year + 1, 1, 1)), close: "14:00" },
  ],
  closedEarly: {
    "2012-10-29": { close: "12:00", reason: sandy },
    "2018-12-05": { close: "14:00", reason: "day of mourning for George H. W. Bush" },
    "2025-01-09": { close: "14:00", reason: "day of mourning for Jimmy Carter" },
  },
});
