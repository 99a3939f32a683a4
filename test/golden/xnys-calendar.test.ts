/** Every day of a published XNYS calendar, 2010 to 2027. */
import { describe, expect, it } from "vitest";
import { xnys } from "../../core/calendar/index.ts";
import { formatDate, parseDate } from "../../core/calendar/days.ts";
import { hasSharedData, readSharedText } from "../helpers/shared-data.ts";

describe.skipIf(!hasSharedData)("XNYS against the published calendar (needs ../shared/data)", () => {
  it("has the same sessions, opens and closes on every day", () => {
    const lines = readSharedText("calendars/XNYS.csv").trim().split("\n").slice(1);
    const published = lines.map((line) => {
      const [, date, open, close] = line.split(",");
      return { date: date!, openMs: Date.parse(open!), closeMs: Date.parse(close!) };
    });
    const first = published[0]!.date;
    const dayAfterLast = formatDate(parseDate(published.at(-1)!.date) + 1);
    const ours = Array.from(xnys.sessions(first, dayAfterLast), ({ date, openMs, closeMs }) => ({
      date,
      openMs,
      closeMs,
    }));
    expect(published.length).toBeGreaterThan(4_400);
    expect(ours).toEqual(published);
  });
});
