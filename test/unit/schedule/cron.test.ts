/**
 * Examples and rules: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html and
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
 */
import { describe, expect, test } from "vitest";
import { cronProblem, cronTimes, cronTimesWithin, InvalidCronError } from "../../../core/schedule/cron.ts";

/** The first times after a time, in UTC without seconds. */
function next(cron: string, after: string, count: number, timeZone = "Etc/UTC"): string[] {
  const times = cronTimes(cron, timeZone);
  const found: string[] = [];
  for (let atMs = Date.parse(after); found.length < count;) {
    const tickMs = times.next(atMs);
    if (tickMs === null) break;
    found.push(new Date(tickMs).toISOString().slice(0, 16));
    atMs = tickMs;
  }
  return found;
}

// 20 November 2026 is a Friday.
const friday = "2026-11-20T12:00:00Z";

describe("times of a cron", () => {
  test.each([
    ["0 10 * * ? *", ["2026-11-21T10:00", "2026-11-22T10:00"]],
    ["15 12 * * ? *", ["2026-11-20T12:15", "2026-11-21T12:15"]],
    ["0 18 ? * MON-FRI *", ["2026-11-20T18:00", "2026-11-23T18:00"]],
    ["0 8 1 * ? *", ["2026-12-01T08:00", "2027-01-01T08:00"]],
    ["0/15 * * * ? *", ["2026-11-20T12:15", "2026-11-20T12:30", "2026-11-20T12:45", "2026-11-20T13:00"]],
    ["0/10 * ? * MON-FRI *", ["2026-11-20T12:10", "2026-11-20T12:20"]],
    ["0/5 8-17 ? * MON-FRI *", ["2026-11-20T12:05", "2026-11-20T12:10"]],
    ["15 10 ? * 6L 2026-2027", ["2026-11-27T10:15", "2026-12-25T10:15", "2027-01-29T10:15"]],
    ["0 9 ? * 2#1 *", ["2026-12-07T09:00", "2027-01-04T09:00"]],
    ["0 9 ? * 3#2 *", ["2026-12-08T09:00", "2027-01-12T09:00"]],
    ["0 9 3W * ? *", ["2026-12-03T09:00", "2027-01-04T09:00", "2027-02-03T09:00"]],
    ["0 9 L * ? *", ["2026-11-30T09:00", "2026-12-31T09:00", "2027-01-31T09:00", "2027-02-28T09:00"]],
    ["0 9 ? * L *", ["2026-11-21T09:00", "2026-11-28T09:00"]],
    ["0 0 1 JAN,JUL ? *", ["2027-01-01T00:00", "2027-07-01T00:00"]],
    ["1/20 0 ? * 1 *", ["2026-11-22T00:01", "2026-11-22T00:21", "2026-11-22T00:41", "2026-11-29T00:01"]],
    ["0 0 29 2 ? *", ["2028-02-29T00:00"]],
    ["0 0 1 1 ? 2025", []],
  ])("of %s are %j", (cron, expected) => {
    expect(next(cron, friday, expected.length === 0 ? 1 : expected.length)).toEqual(expected);
  });

  test("go on over midnight where a range does", () => {
    expect(next("0/30 22-1 ? * MON-FRI *", "2026-11-20T21:00:00Z", 6)).toEqual([
      "2026-11-20T22:00",
      "2026-11-20T22:30",
      "2026-11-20T23:00",
      "2026-11-20T23:30",
      "2026-11-23T00:00",
      "2026-11-23T00:30",
    ]);
  });

  test("are strictly later, and the newest may be now", () => {
    const times = cronTimes("0 12 * * ? *", "Etc/UTC");
    expect(times.next(Date.parse(friday))).toBe(Date.parse("2026-11-21T12:00:00Z"));
    expect(times.newest(Date.parse(friday))).toBe(Date.parse(friday));
    expect(times.newest(Date.parse(friday) - 1)).toBe(Date.parse("2026-11-19T12:00:00Z"));
    expect(cronTimes("0 0 1 1 ? 2027", "Etc/UTC").newest(Date.parse(friday))).toBeNull();
  });

  test("within a range hold its begin and not its end", () => {
    const day = [Date.parse("2026-11-20T00:00:00Z"), Date.parse("2026-11-20T12:00:00Z")] as const;
    const hours = [...cronTimesWithin(cronTimes("0 0/6 * * ? *", "Etc/UTC"), ...day)];
    expect(hours).toEqual([day[0], Date.parse("2026-11-20T06:00:00Z")]);
  });
});

describe("daylight saving time, in Los Angeles", () => {
  // Clocks go from 2:00 to 3:00 on 8 March and from 2:00 to 1:00 on 1 November 2026.
  const zone = "America/Los_Angeles";

  test("skips a time that does not exist, and goes on the day after", () => {
    const days = ["2026-03-07T10:30", "2026-03-09T09:30", "2026-03-10T09:30"];
    expect(next("30 2 * * ? *", "2026-03-07T00:00:00Z", 3, zone)).toEqual(days);
    expect(cronTimes("30 2 * * ? *", zone).newest(Date.parse("2026-03-09T00:00:00Z"))).toBe(
      Date.parse("2026-03-07T10:30:00Z"),
    );
  });

  test("runs a repeated time once, before the shift", () => {
    const days = ["2026-10-31T08:30", "2026-11-01T08:30", "2026-11-02T09:30"];
    expect(next("30 1 * * ? *", "2026-10-31T00:00:00Z", 3, zone)).toEqual(days);
  });

  test("leaves the second hour of a repeated one without ticks", () => {
    const hours = ["2026-11-01T08:30", "2026-11-01T10:00", "2026-11-01T10:30"];
    expect(next("0/30 * * * ? *", "2026-11-01T08:00:00Z", 3, zone)).toEqual(hours);
    const inSecondHour = Date.parse("2026-11-01T09:10:00Z");
    expect(cronTimes("0/30 * * * ? *", zone).newest(inSecondHour)).toBe(Date.parse("2026-11-01T08:30:00Z"));
  });

  test("keeps the local time of a market on both sides", () => {
    // New York changes on 8 March 2026: 16:20 is 21:20 UTC on the Friday before and 20:20 on the Monday after.
    expect(next("20 16 ? * MON-FRI *", "2026-03-06T00:00:00Z", 2, "America/New_York")).toEqual([
      "2026-03-06T21:20",
      "2026-03-09T20:20",
    ]);
  });
});

describe("a cron that EventBridge would not take", () => {
  test.each([
    ["0 10 * * ?", "expected six fields"],
    ["* * * * * *", 'exactly one of day-of-month and day-of-week, such as "20 16 ? * MON-FRI *"'],
    ["0 0 ? * ? *", "exactly one of"],
    ["60 * * * ? *", 'expected numbers from 0 to 59 as minute, not "60"'],
    ["0 24 * * ? *", 'expected numbers from 0 to 23 as hour, not "24"'],
    ["0 0 ? * 0 *", 'expected numbers from 1 to 7 or SUN-SAT as day-of-week, not "0"'],
    ["0 0 ? * MON/2 *", 'as day-of-week, not "MON/2"'],
    ["0 0 ? * 3#1,6#3 *", 'such as "3#2" for the second Tuesday, not "3#1,6#3"'],
    ["0 0 ? * 3#6 *", "from 1 to 5"],
    ["0/0 * * * ? *", 'as minute, not "0/0"'],
    ["0 0 1 FOO ? *", 'from 1 to 12 or JAN-DEC as month, not "FOO"'],
    ["0 0 1 1 ? 1969", "from 1970 to 2199"],
    ["0 1-2-3 * * ? *", 'as hour, not "1-2-3"'],
  ])("such as %s is refused, with what was expected", (cron, problem) => {
    expect(cronProblem(cron)).toContain(problem);
    expect(() => cronTimes(cron, "Etc/UTC")).toThrow(InvalidCronError);
  });

  test("is told from one that it takes", () => {
    expect(cronProblem("0/15 9-16 ? * MON-FRI *")).toBeNull();
  });
});
