/**
 * A Friday of New York: open from 14:30 to 21:00 UTC, the last bars until 21:15. Polls every 5 minutes, so 2.5 minutes in the
 * first and last quarter of an hour. Waits are computed by hand.
 */
import { describe, expect, test } from "vitest";
import { alwaysOpen, cmes, forex, xnys, type MarketCalendar } from "../../../core/calendar/index.ts";
import { budgetFloorMs, firstPoll, nextPoll, type PaceFacts } from "../../../core/schedule/pacing.ts";
import { openTimeMs, tradingHours } from "../../../core/schedule/trading-hours.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const hoursOf = (calendar: MarketCalendar) => (tsMs: number) => tradingHours(calendar, tsMs, 15 * minuteMs);
const utc = (text: string) => Date.parse(text.length === 5 ? `2026-11-20T${text}:00Z` : `${text}Z`);

function after(time: string, changes: Partial<PaceFacts> = {}) {
  const facts: PaceFacts = {
    nowMs: utc(time),
    usualMs: 5 * minuteMs,
    quietPolls: 0,
    floorMs: 0,
    resumesAtMs: null,
    hoursAt: hoursOf(xnys),
    ...changes,
  };
  const { atMs, reason } = nextPoll(facts);
  return `${new Date(atMs).toISOString().slice(5, 19)} ${reason}`;
}

describe("the next poll", () => {
  test.each([
    // At the open, and up to a quarter of an hour after it, it comes twice as fast, whatever was quiet before.
    ["14:30", 0, "11-20T14:32:30 open"],
    ["14:44", 3, "11-20T14:46:30 open"],
    // In the middle of the day it slows down, a usual wait more for each quiet poll, up to four.
    ["14:45", 0, "11-20T14:50:00 open"],
    ["16:00", 1, "11-20T16:10:00 open"],
    ["16:00", 2, "11-20T16:15:00 open"],
    ["16:00", 3, "11-20T16:20:00 open"],
    ["16:00", 9, "11-20T16:20:00 open"],
    // It does not sleep into the last quarter, nor past the close.
    ["20:40", 3, "11-20T20:45:00 open"],
    ["20:45", 3, "11-20T20:47:30 open"],
    ["20:59", 0, "11-20T21:00:00 open"],
    // The last bars still come for the length of a bar, and are asked for at its end.
    ["21:00", 0, "11-20T21:05:00 open"],
    ["21:05", 2, "11-20T21:15:00 open"],
    // Then it rests over the weekend.
    ["21:15", 0, "11-23T14:30:00 closed"],
    ["22:00", 3, "11-23T14:30:00 closed"],
    ["09:00", 0, "11-20T14:30:00 closed"],
  ])("after one at %s with %i quiet ones comes at %s", (time, quietPolls, expected) => {
    expect(after(time, { quietPolls })).toBe(expected);
  });

  test("is never closer than ten seconds, nor than budgets allow, but for the last one of a session", () => {
    expect(after("16:00", { usualMs: 12_000 })).toBe("11-20T16:00:12 open");
    expect(after("14:30", { usualMs: 12_000 })).toBe("11-20T14:30:10 open");
    expect(after("16:00", { floorMs: 40 * minuteMs })).toBe("11-20T16:40:00 saving");
    expect(after("20:50", { floorMs: 40 * minuteMs })).toBe("11-20T21:15:00 saving");
  });

  test("waits until a provider may be asked again, and then for the market", () => {
    expect(after("16:00", { resumesAtMs: utc("16:05") })).toBe("11-20T16:05:00 spent");
    expect(after("16:00", { resumesAtMs: utc("2026-11-21T00:00:00") })).toBe("11-23T14:30:00 closed");
    expect(after("16:00", { resumesAtMs: utc("15:00") })).toBe("11-20T16:05:00 open");
  });

  test("knows half days and holidays: Thanksgiving, and the Friday after it until 18:00 UTC", () => {
    expect(after("2026-11-25T21:15:00")).toBe("11-27T14:30:00 closed");
    expect(after("2026-11-27T17:40:00", { quietPolls: 3 })).toBe("11-27T17:45:00 open");
    expect(after("2026-11-27T18:15:00")).toBe("11-30T14:30:00 closed");
  });

  test("follows clock changes: New York opens at 13:30 UTC in summer", () => {
    expect(after("2026-03-06T21:15:00")).toBe("03-09T13:30:00 closed");
    expect(after("2026-10-30T20:15:00")).toBe("11-02T14:30:00 closed");
  });

  test("of a market that never rests knows no busy hours", () => {
    const hoursAt = hoursOf(alwaysOpen);
    expect(after("2026-11-20T23:58:00", { hoursAt })).toBe("11-21T00:03:00 open");
    expect(after("2026-11-21T00:01:00", { hoursAt, quietPolls: 1 })).toBe("11-21T00:11:00 open");
    // Forex turns its day at 22:00 UTC without a pause, and rests from Friday to Sunday evening.
    expect(after("2026-11-19T21:58:00", { hoursAt: hoursOf(forex) })).toBe("11-19T22:03:00 open");
    expect(after("2026-11-20T21:58:00", { hoursAt: hoursOf(forex) })).toBe("11-20T22:00:00 open");
    expect(after("2026-11-20T22:15:00", { hoursAt: hoursOf(forex) })).toBe("11-22T22:00:00 closed");
  });

  test("rests for the hour in which futures do not trade, from 22:00 to 23:00 UTC", () => {
    expect(after("2026-11-19T22:15:00", { hoursAt: hoursOf(cmes) })).toBe("11-19T23:00:00 closed");
  });
});

test("the first poll comes at once while the market is open, else when it opens", () => {
  expect(firstPoll(utc("16:00"), hoursOf(xnys))).toEqual({ atMs: utc("16:00"), reason: "open" });
  expect(firstPoll(utc("21:14"), hoursOf(xnys))).toEqual({ atMs: utc("21:14"), reason: "open" });
  expect(firstPoll(utc("21:15"), hoursOf(xnys))).toEqual({
    atMs: utc("2026-11-23T14:30:00"),
    reason: "closed",
  });
});

describe("a budget", () => {
  const share = { limit: 250, used: 50, usedPerPoll: 2, openMs: 5 * hourMs };

  test("is spread over the time for which the market is open until it is given anew", () => {
    // 200 calls are 100 polls: one every three minutes.
    expect(budgetFloorMs(share)).toBe(3 * minuteMs);
  });

  test("sets no limit where the plan sets none, or polls cost nothing", () => {
    expect(budgetFloorMs({ ...share, limit: null })).toBe(0);
    expect(budgetFloorMs({ ...share, usedPerPoll: 0 })).toBe(0);
  });

  test("that is used up leaves no poll until it is given anew", () => {
    expect(budgetFloorMs({ ...share, used: 249 })).toBe(5 * hourMs);
  });

  test("counts open hours: a week of New York with Thanksgiving and a half day has 3 × 6.5 + 3.5", () => {
    expect(openTimeMs(xnys, utc("2026-11-23T00:00:00"), utc("2026-11-30T00:00:00"))).toBe(23 * hourMs);
    expect(openTimeMs(xnys, utc("20:00"), utc("2026-11-21T00:00:00"))).toBe(hourMs);
  });
});
