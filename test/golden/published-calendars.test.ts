/** Every day of published calendars, and the days on which prices were published, against what the rules give. */
import { describe, expect, it } from "vitest";
import { cmes, type MarketCalendar, usTreasury, xcbo, xist, xnys } from "../../core/calendar/index.ts";
import { formatDate, isWeekend, parseDate } from "../../core/calendar/days.ts";
import { hasSharedData, readSharedText } from "../helpers/shared-data.ts";

/** `16:00`. */
const timeIn = (timeZone: string, tsMs: number) =>
  new Date(tsMs).toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });

const dayAfter = (date: string) => formatDate(parseDate(date) + 1);

describe.skipIf(!hasSharedData)("published calendars, 2010 to 2027 (need ../shared/data)", () => {
  it.each([
    [xnys, "16:00"],
    [xist, "18:00"],
  ])("$id has the same sessions, opens, closes and early closes on every day", (calendar, usualClose) => {
    const lines = readSharedText(`calendars/${calendar.id}.csv`).trim().split("\n").slice(1);
    const published = lines.map((line) => {
      const [, date, open, close] = line.split(",");
      const closeMs = Date.parse(close!);
      const earlyClose = timeIn(calendar.timeZone, closeMs) < usualClose;
      return { date: date!, openMs: Date.parse(open!), closeMs, earlyClose };
    });
    const first = published[0]!.date;
    const ours = Array.from(
      calendar.sessions(first, dayAfter(published.at(-1)!.date)),
      ({ date, openMs, closeMs, earlyClose }) => ({ date, openMs, closeMs, earlyClose }),
    );
    expect(published.length).toBeGreaterThan(4_400);
    expect(ours).toEqual(published);
  });
});

/** The dates of a symbol's daily bars. */
function barDates(file: string, symbol: string): Set<string> {
  const rows = readSharedText(`daily/${file}.csv.gz`).split("\n");
  return new Set(rows.filter((row) => row.startsWith(`${symbol},`)).map((row) => row.split(",")[1]!));
}

/** Weekdays of a range on which the calendar and the bars disagree. */
function disagreements(
  calendar: MarketCalendar,
  bars: ReadonlySet<string>,
  from: string,
  to: string,
): string[] {
  const days = Array.from({ length: parseDate(to) - parseDate(from) }, (_, index) => parseDate(from) + index);
  return days
    .filter((day) => !isWeekend(day))
    .map(formatDate)
    .filter((date) => bars.has(date) !== (calendar.session(date) !== null));
}

describe.skipIf(!hasSharedData)("days with prices (need ../shared/data)", () => {
  it("the Treasury published yields on the sessions of UST and on no other day, 1990 to 2017", () => {
    expect(disagreements(usTreasury, barDates("bond", "UST10Y"), "1990-01-02", "2017-03-29")).toEqual([]);
  });

  it("Cboe quoted the ten-year yield on the sessions of XCBO, but for four days", () => {
    expect(disagreements(xcbo, barDates("bond", "^TNX"), "2000-01-01", "2019-09-17")).toEqual([
      // Columbus Day and Veterans Day of some years, of which it quoted all others.
      "2005-10-10",
      "2005-11-11",
      "2010-10-11",
      "2016-11-11",
    ]);
  });

  it("gold futures settled on the trade dates of CMES, but for a bar the vendor has on a holiday", () => {
    expect(disagreements(cmes, barDates("commodity", "GC=F"), "2021-07-29", "2026-07-11")).toEqual([
      "2025-07-04",
    ]);
  });

  it("Istanbul's index traded on the sessions of XIST, but for errors of the vendor", () => {
    expect(disagreements(xist, barDates("index", "XU100.IS"), "2021-08-05", "2026-07-11")).toEqual([
      // Trading stopped in the first minutes, after the earthquakes, and was later annulled.
      "2023-02-08",
      // The vendor leaves Christmas out, on which Istanbul trades.
      "2023-12-25",
      "2024-12-25",
      "2025-12-25",
    ]);
  });
});
