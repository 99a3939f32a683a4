import { describe, expect, it } from "vitest";
import {
  easterSunday,
  formatDate,
  lastWeekday,
  nthWeekday,
  parseDate,
  weekdays,
} from "../../../core/calendar/days.ts";

describe("calendar dates", () => {
  // US Naval Observatory, "The Date of Easter" (https://aa.usno.navy.mil/faq/easter).
  it.each(["1990-04-15", "2000-04-23", "2008-03-23", "2011-04-24", "2024-03-31", "2026-04-05", "2028-04-16"])(
    "put Easter on %s",
    (date) => {
      expect(formatDate(easterSunday(Number(date.slice(0, 4))))).toBe(date);
    },
  );

  it("find the fourth Thursday and the last Monday of a month", () => {
    expect(formatDate(nthWeekday(2026, 11, weekdays.thursday, 4))).toBe("2026-11-26");
    expect(formatDate(lastWeekday(2026, 5, weekdays.monday))).toBe("2026-05-25");
  });

  it.each(["2026-02-30", "2026-2-3", "20260203", "", "tomorrow"])("refuse %j", (text) => {
    expect(() => parseDate(text)).toThrow(`got "${text}"`);
  });
});
