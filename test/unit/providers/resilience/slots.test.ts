import { describe, expect, test } from "vitest";
import { TerminalError } from "../../../../core/errors.ts";
import { openZone } from "../../../../core/calendar/zone.ts";
import { freshLane, type LaneState } from "../../../../core/providers/resilience/lane-state.ts";
import { callLimitsSchema, type CallLimits } from "../../../../core/providers/resilience/policy.ts";
import { dayOf, monthOf, takeSlot } from "../../../../core/providers/resilience/slots.ts";

const noonMs = Date.UTC(2026, 10, 20, 12);
const noLimits = { gapMs: 0, callsPerBatch: 1_000_000, batchGapMs: 0 };
const limited = (part: Partial<CallLimits>) => callLimitsSchema.parse({ ...noLimits, ...part });

/** Times of up to `count` calls, each asked for as soon as the one before it was made, and the refusal if one came. */
function callTimes(limits: CallLimits, count: number, startMs = noonMs, state: LaneState = freshLane) {
  const times: number[] = [];
  let nowMs = startMs;
  let lane = state;
  while (times.length < count) {
    const slot = takeSlot(lane, limits, nowMs);
    if (!slot.free) return { times, refused: slot };
    times.push(slot.atMs);
    lane = slot.state;
    nowMs = slot.atMs;
  }
  return { times, refused: null };
}

const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - times[i]!);

describe("the pace", () => {
  test("keeps the gap between calls", () =>
    expect(gaps(callTimes(limited({ gapMs: 100 }), 4).times)).toEqual([100, 100, 100]));

  test("pauses after each batch", () =>
    expect(gaps(callTimes(limited({ gapMs: 100, callsPerBatch: 3, batchGapMs: 1_000 }), 7).times)).toEqual([
      100, 100, 1_000, 100, 100, 1_000,
    ]));

  test("counts a batch anew after a rest as long as the pause", () => {
    const limits = limited({ gapMs: 100, callsPerBatch: 3, batchGapMs: 1_000 });
    const two = takeSlot(freshLane, limits, noonMs);
    if (!two.free) throw new Error(two.reason);
    expect(gaps(callTimes(limits, 3, noonMs + 5_000, two.state).times)).toEqual([100, 100]);
  });

  test("spreads the calls of a minute evenly over it", () => {
    const { times } = callTimes(limited({ callsPerMinute: 30 }), 100);
    expect(Math.min(...gaps(times))).toBeGreaterThanOrEqual(2_000);
    expect(Math.max(...gaps(times))).toBeLessThan(2_100);
  });

  test("gives a call at once where the last one is long ago", () => {
    const { times } = callTimes(limited({ callsPerMinute: 5 }), 1, noonMs + 0.5);
    expect(times).toEqual([noonMs + 1]);
  });

  test("refuses a wait that is too long and tells when to come back", () => {
    const held = { ...freshLane, freeAtMs: noonMs + 120_001 };
    expect(takeSlot(held, limited({ waitMsMax: 120_000 }), noonMs)).toMatchObject({
      free: false,
      resumesAtMs: noonMs + 120_001,
    });
    expect(takeSlot(held, limited({ waitMsMax: 120_001 }), noonMs)).toMatchObject({ free: true });
  });
});

describe("the budget of a day", () => {
  test("gives as many calls as the plan, then refuses until the next day", () => {
    const { times, refused } = callTimes(limited({ callsPerDay: 25 }), 100);
    expect(times).toHaveLength(25);
    expect(refused).toMatchObject({ resumesAtMs: Date.UTC(2026, 10, 21) });
    expect(refused!.reason).toContain("25 calls of the day");
  });

  test("gives all calls again on the next day", () => {
    const limits = limited({ callsPerDay: 2 });
    const spent: LaneState = { ...freshLane, day: { startMs: Date.UTC(2026, 10, 20), calls: 2 } };
    expect(callTimes(limits, 9, Date.UTC(2026, 10, 21), spent).times).toHaveLength(2);
  });

  test("moves a call that could arrive after midnight to the next day", () => {
    const midnightMs = Date.UTC(2026, 10, 21);
    expect(callTimes(limited({}), 1, midnightMs - 1_001).times).toEqual([midnightMs - 1_001]);
    expect(callTimes(limited({}), 1, midnightMs - 1_000).times).toEqual([midnightMs]);
  });

  test("begins at midnight of the provider's zone", () => {
    const limits = limited({ callsPerDay: 1, timeZone: "America/New_York" });
    expect(callTimes(limits, 2).refused).toMatchObject({ resumesAtMs: Date.UTC(2026, 10, 21, 5) });
  });
});

test("the budget of a month ends with the month", () => {
  const { times, refused } = callTimes(limited({ callsPerMonth: 3, callsPerDay: 5 }), 9);
  expect(times).toHaveLength(3);
  expect(refused).toMatchObject({ resumesAtMs: Date.UTC(2026, 11, 1) });
});

describe("credits", () => {
  const lane = { ...freshLane, month: { startMs: Date.UTC(2026, 10), calls: 10, credits: 9_990 } };
  const limits = limited({ creditsPerMonth: 10_000 });

  test("are counted by what a call costs", () => {
    const slot = takeSlot(lane, limits, noonMs, 10);
    expect(slot).toMatchObject({ free: true, state: { month: { calls: 11, credits: 10_000 } } });
  });

  test("that do not suffice refuse the call until the window ends, though a cheaper one may be made", () => {
    const refused = takeSlot(lane, limits, noonMs, 11);
    expect(refused).toMatchObject({ free: false, resumesAtMs: Date.UTC(2026, 11, 1) });
    expect(refused).toMatchObject({ reason: expect.stringContaining("9990 of the month's 10000 credits") });
    expect(takeSlot(lane, limits, noonMs, 1)).toMatchObject({ free: true });
  });

  test("of calls that an earlier version has counted are one each", () => {
    const old = { ...freshLane, month: { startMs: Date.UTC(2026, 10), calls: 9_999 } };
    expect(takeSlot(old, limits, noonMs, 1)).toMatchObject({ free: true });
    expect(takeSlot(old, limits, noonMs, 2)).toMatchObject({ free: false });
  });

  test("of a call beyond a whole budget are an error that no waiting helps", () => {
    expect(() => takeSlot(freshLane, limited({ creditsPerDay: 20 }), noonMs, 50)).toThrow(TerminalError);
  });

  test("of a minute keep calls apart by what both cost", () => {
    // 61 s · 2 / (3000 + 1 − 2) and 61 s · 20 / (3000 + 1 − 20), rounded up.
    const weighted = limited({ creditsPerMinute: 3_000 });
    const times: number[] = [];
    let state = freshLane;
    for (const credits of [2, 2, 20, 2]) {
      const slot = takeSlot(state, weighted, times.at(-1) ?? noonMs, credits);
      if (!slot.free) throw new Error(slot.reason);
      times.push(slot.atMs);
      state = slot.state;
    }
    expect(gaps(times)).toEqual([41, 410, 410]);
  });
});

test("days are 23 and 25 hours long where clocks change", () => {
  // US clocks went forward on 8 March 2026 and back on 1 November 2026.
  const newYork = openZone("America/New_York");
  const spring = dayOf(newYork, Date.UTC(2026, 2, 8, 18));
  const autumn = dayOf(newYork, Date.UTC(2026, 10, 1, 18));
  expect([spring, autumn].map(({ startMs, endMs }) => (endMs - startMs) / 3_600_000)).toEqual([23, 25]);
});

test("months begin at midnight of the zone", () =>
  expect(monthOf(openZone("America/New_York"), Date.UTC(2026, 11, 1, 4))).toEqual({
    startMs: Date.UTC(2026, 10, 1, 4),
    endMs: Date.UTC(2026, 11, 1, 5),
  }));
