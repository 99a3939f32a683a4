/**
 * Cboe's indices of Treasury yields (^IRX, ^FVX, ^TNX, ^TYX): on the days of the New York Stock Exchange, from 7:20 to 14:00 in
 * Chicago.
 *
 * Sources: the trading period that Yahoo's charts of ^TNX name; of the days, the daily values of ^TNX from 2000 to 2019
 * (`test/golden/published-calendars.test.ts`), which include Columbus Day and Veterans Day, unlike the market for the
 * securities themselves.
 */
import { exchangeCalendar } from "./exchange.ts";
import { xnysRules } from "./xnys.ts";

export const xcbo = exchangeCalendar({
  ...xnysRules,
  id: "XCBO",
  validFrom: "2000-01-01",
  open: "08:20",
  close: "15:00",
  openedLate: {},
});
