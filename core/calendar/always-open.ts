/** Markets that never close, such as crypto exchanges: a session is a UTC day, as their vendors cut daily bars. */
import { dayMs, formatDate } from "./days.ts";
import { sessionCalendar } from "./session-calendar.ts";

export const alwaysOpen = sessionCalendar({
  id: "24x7",
  timeZone: "UTC",
  validFrom: "1970-01-01",
  validTo: "9999-12-31",
  sessionOn: (day) => ({
    date: formatDate(day),
    openMs: day * dayMs,
    closeMs: (day + 1) * dayMs,
    earlyClose: false,
  }),
  dayAt: (tsMs) => Math.floor(tsMs / dayMs),
});
