import { describe, expect, test } from "vitest";
import { alwaysOpen } from "../../../../core/calendar/index.ts";
import { freshLane, type LaneState } from "../../../../core/providers/resilience/lane-state.ts";
import { resiliencePolicySchema } from "../../../../core/providers/resilience/index.ts";
import { defaultLakeSettings } from "../../../../core/settings.ts";
import { BudgetPace } from "../../../../local/scheduler/budget-pace.ts";

const hourMs = 3_600_000;
const midnightMs = Date.UTC(2026, 10, 20);
/** Twelve hours are left of the day. */
const noonMs = midnightMs + 12 * hourMs;

const policy = (callsPerDay: number | null) => resiliencePolicySchema.parse({ calls: { callsPerDay } });
const paceOf = (limits: Record<string, number | null>) =>
  new BudgetPace(
    {
      ...defaultLakeSettings,
      providerPolicies: Object.fromEntries(Object.entries(limits).map(([id, limit]) => [id, policy(limit)])),
    },
    [alwaysOpen],
  );
const used = (calls: Record<string, number>): ReadonlyMap<string, LaneState> =>
  new Map(
    Object.entries(calls).map(([id, count]) => [
      id,
      { ...freshLane, day: { startMs: midnightMs, calls: count }, month: { startMs: 0, calls: 0 } },
    ]),
  );

describe("the wait that budgets allow", () => {
  test("spreads what a provider has left, by what a poll takes", () => {
    const pace = paceOf({ fmp: 250 });
    pace.note(used({ fmp: 0 }), used({ fmp: 10 }), noonMs);
    // 240 calls are 24 polls.
    expect(pace.floorMs(["fmp"], used({ fmp: 10 }), noonMs)).toBe(hourMs / 2);
  });

  test("follows what polls take later, and no single one that took much", () => {
    const pace = paceOf({ fmp: 1_000 });
    pace.note(used({ fmp: 0 }), used({ fmp: 4 }), noonMs);
    pace.note(used({ fmp: 4 }), used({ fmp: 16 }), noonMs);
    // A quarter of the way from 4 to 12 is 6: of 984 calls, 164 polls.
    expect(pace.floorMs(["fmp"], used({ fmp: 16 }), noonMs)).toBe((12 * hourMs) / 164);
  });

  test("is none where the next provider of the list has no limit", () => {
    const pace = paceOf({ fmp: 250, yahoo: null });
    pace.note(used({}), used({ fmp: 10 }), noonMs);
    expect(pace.floorMs(["fmp", "yahoo"], used({ fmp: 250 }), noonMs)).toBe(0);
  });

  test("is that of the provider with the larger budget, who was not asked yet and would be asked as much", () => {
    const pace = paceOf({ fmp: 250, alpha_vantage: 25 });
    pace.note(used({}), used({ fmp: 10 }), noonMs);
    expect(pace.floorMs(["fmp", "alpha_vantage"], used({ fmp: 10 }), noonMs)).toBe(hourMs / 2);
    // When the first has none left, the second has two polls.
    expect(pace.floorMs(["fmp", "alpha_vantage"], used({ fmp: 250 }), noonMs)).toBe(6 * hourMs);
  });

  test("is none before anything was taken", () => {
    expect(paceOf({ fmp: 250 }).floorMs(["fmp"], used({}), noonMs)).toBe(0);
    expect(paceOf({}).floorMs([], used({}), noonMs)).toBe(0);
  });
});
