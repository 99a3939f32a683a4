/**
 * Over-the-counter currencies and spot commodities: Sunday 17:00 to Friday 17:00 in New York without a break, cut into
 * five sessions at 17:00, the hour at which the market's value date rolls (CLS and bank practice; e.g.
 * https://www.oanda.com/us-en/trading/hours-of-operation/). Dealers thin out on 25 December and 1 January, but no
 * rule binds all of them, so those days count as sessions.
 */
import { dayMs, formatDate, isWeekend } from "./days.ts";
import { sessionCalendar } from "./session-calendar.ts";
import { openZone } from "./zone.ts";

const newYork = openZone("America/New_York");
const rollMs = 17 * 3_600_000;
const rollToMidnightMs = dayMs - rollMs;

export const forex = sessionCalendar({
  id: "24x5",
  timeZone: newYork.name,
  validFrom: "1971-08-15",
  validTo: "9999-12-31",
  sessionOn: (day) =>
    isWeekend(day)
      ? null
      : {
          date: formatDate(day),
          openMs: newYork.utcOfLocalMs((day - 1) * dayMs + rollMs),
          closeMs: newYork.utcOfLocalMs(day * dayMs + rollMs),
          earlyClose: false,
        },
  dayAt: (tsMs) => Math.floor((tsMs + newYork.offsetAtMs(tsMs) + rollToMidnightMs) / dayMs),
});
