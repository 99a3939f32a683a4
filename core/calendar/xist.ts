/**
 * Borsa Istanbul, equity market.
 *
 * Sources: law 2429 on national days and general holidays (with laws 5892 of 2009, 1 May, and 6752 of 2016, 15 July);
 * the religious feasts in `turkish-feasts.ts`; the exchange's "Holidays" page,
 * https://borsaistanbul.com/en/sayfa/143/official-holidays, half days end at 12:30 (12:40 with the closing session);
 * closures before 2010 as collected in https://github.com/quantopian/trading_calendars (exchange_calendar_xist.py).
 * Hours are those in force since 2016-11-14, for earlier sessions too, as published calendars have them: until then
 * there was a lunch break and an end between 17:00 and 17:30.
 */
import { dayOf } from "./days.ts";
import { exchangeCalendar, type YearlyRule } from "./exchange.ts";
import { feastDays, feastEves } from "./turkish-feasts.ts";

/** The same date every year, kept on no other day when it falls on a weekend. */
const everyYear = (name: string, month: number, dayOfMonth: number, fromYear?: number): YearlyRule => ({
  name,
  day: (year) => dayOf(year, month, dayOfMonth),
  ...(fromYear === undefined ? {} : { fromYear }),
});

const halfDayEnd = "12:30";

export const xist = exchangeCalendar({
  id: "XIST",
  timeZone: "Europe/Istanbul",
  validFrom: "2000-01-01",
  validTo: "2029-12-31",
  open: "10:00",
  close: "18:00",
  holidays: [
    everyYear("New Year's Day", 1, 1),
    everyYear("National Sovereignty and Children's Day", 4, 23),
    everyYear("Labour and Solidarity Day", 5, 1, 2009),
    everyYear("Commemoration of Atatürk, Youth and Sports Day", 5, 19),
    everyYear("Democracy and National Unity Day", 7, 15, 2017),
    everyYear("Victory Day", 8, 30),
    everyYear("Republic Day", 10, 29),
  ],
  closures: {
    ...feastDays,
    "2002-01-04": "market holiday",
    "2003-11-21": "attacks in Istanbul",
    "2003-11-24": "eve of Ramazan Bayramı, kept as a full holiday",
    "2003-11-28": "day after Ramazan Bayramı",
    "2004-01-23": "snow",
    "2004-12-30": "change to the New Turkish Lira",
    "2004-12-31": "change to the New Turkish Lira",
    "2023-02-08": "earthquakes of Kahramanmaraş",
    "2023-02-09": "earthquakes of Kahramanmaraş",
    "2023-02-10": "earthquakes of Kahramanmaraş",
    "2023-02-13": "earthquakes of Kahramanmaraş",
    "2023-02-14": "earthquakes of Kahramanmaraş",
  },
  earlyCloses: [{ ...everyYear("eve of Republic Day", 10, 28), close: halfDayEnd }],
  closedEarly: Object.fromEntries(
    feastEves.map((date) => [date, { close: halfDayEnd, reason: "eve of a feast" }] as const),
  ),
});
