/**
 * No budget of a provider is ever exceeded, in any stretch of time, however many workers there are and whatever happens to
 * them. Arrivals at the provider are counted, not what the code under test believes.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TransientError } from "../../core/errors.ts";
import type { Clock, ObjectStore } from "../../core/ports.ts";
import { BudgetExhaustedError } from "../../core/providers/errors.ts";
import { callProvider, ProviderLane, resiliencePolicySchema } from "../../core/providers/resilience/index.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { scriptedIo, scriptedProvider } from "../helpers/scripted-provider.ts";
import { inVirtualTime } from "../helpers/virtual-time.ts";
import { Random } from "../simulation/random.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** The network may delay a call on its way by nearly as much as a call may be late. */
const transitMsMax = 900;

const freezeMs = 5_000;

/** A store that takes its time, so that workers meet in the middle of each other's changes, and now and then very much. */
function slowStore(store: ObjectStore, clock: Clock, random: Random, freezing: number): ObjectStore {
  const pause = () => clock.sleep(random.chance(freezing) ? freezeMs : random.int(0, 60));
  return {
    get: async (key) => {
      await pause();
      return store.get(key);
    },
    put: async (key, bytes, condition) => {
      await pause();
      const result = await store.put(key, bytes, condition);
      await pause();
      return result;
    },
    head: (key) => store.head(key),
    list: (prefix) => store.list(prefix),
    delete: (key) => store.delete(key),
  };
}

const scenario = fc.record({
  seed: fc.integer(),
  workers: fc.integer({ min: 1, max: 8 }),
  callsPerWorker: fc.integer({ min: 1, max: 12 }),
  callsPerMinute: fc.option(fc.integer({ min: 1, max: 120 }), { nil: null }),
  callsPerDay: fc.option(fc.integer({ min: 1, max: 40 }), { nil: null }),
  gapMs: fc.integer({ min: 0, max: 500 }),
  /** Often close to midnight, where days meet. */
  startMs: fc.oneof(
    fc.integer({ min: 0, max: dayMs }),
    fc.integer({ min: dayMs - 3 * minuteMs, max: dayMs + minuteMs }),
  ),
  failing: fc.double({ min: 0, max: 0.5, noNaN: true }),
  freezing: fc.double({ min: 0, max: 0.3, noNaN: true }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** When calls left the workers and when they arrived at the provider. */
async function play(
  plan: Scenario,
): Promise<{ left: number[]; arrived: number[]; refusals: number; done: number }> {
  const random = new Random(plan.seed);
  const clock = new VirtualClock(plan.startMs);
  const store = slowStore(new MemoryObjectStore(), clock, random, plan.freezing);
  const { callsPerMinute, callsPerDay, gapMs } = plan;
  const policy = resiliencePolicySchema.parse({
    calls: { gapMs, callsPerMinute, callsPerDay, batchGapMs: 0, waitMsMax: 3_600_000 },
    breaker: { failuresMax: 1_000 },
  });
  const left: number[] = [];
  const arrived: number[] = [];
  let refusals = 0;
  let done = 0;
  const io = scriptedIo(async () => {
    left.push(clock.nowMs());
    await clock.sleep(random.int(0, transitMsMax));
    arrived.push(clock.nowMs());
    return { status: random.chance(plan.failing) ? 503 : 200 };
  });
  const provider = scriptedProvider("vendor");
  const work = Array.from({ length: plan.workers }, async () => {
    await clock.sleep(random.int(0, 2_000));
    const lane = new ProviderLane("vendor", policy, { store, clock, random: () => random.next() });
    for (let i = 0; i < plan.callsPerWorker; i++) {
      try {
        await callProvider(lane, io, (attemptIo) => provider.extract({ symbols: ["AAPL"] }, attemptIo));
        done++;
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        if (error instanceof BudgetExhaustedError) refusals++;
      }
    }
  });
  await inVirtualTime(clock, Promise.all(work));
  return { left, arrived, refusals, done };
}

/** Most arrivals in any half-open stretch of that length. */
function densest(times: readonly number[], lengthMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.max(
    0,
    ...sorted.map((from, i) => sorted.slice(i).filter((time) => time < from + lengthMs).length),
  );
}

test("no minute, wherever it begins, and no day has more calls than the plan", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (plan) => {
      const { arrived } = await play(plan);
      const perDay = Map.groupBy(arrived, (time) => Math.floor(time / dayMs));
      const busiestDay = Math.max(0, ...[...perDay.values()].map((calls) => calls.length));
      expect(densest(arrived, minuteMs)).toBeLessThanOrEqual(plan.callsPerMinute ?? Infinity);
      expect(busiestDay).toBeLessThanOrEqual(plan.callsPerDay ?? Infinity);
    }),
    { numRuns: 60 },
  );
});

test("calls never leave closer to each other than the gap, less the time that one may be late", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (plan) => {
      // The clock wakes sleepers at their very moment, so lateness comes from the store alone, after which none waits.
      const { left } = await play({ ...plan, failing: 0, freezing: 0 });
      const sorted = left.toSorted((a, b) => a - b);
      for (const [i, time] of sorted.slice(1).entries()) {
        expect(time - sorted[i]!).toBeGreaterThanOrEqual(plan.gapMs - 120);
      }
    }),
    { numRuns: 30 },
  );
});

test("every call is made where budgets suffice, and every other is refused with the time to come back", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (plan) => {
      const { arrived, refusals, done } = await play({
        ...plan,
        failing: 0,
        freezing: 0,
        callsPerMinute: null,
      });
      const wanted = plan.workers * plan.callsPerWorker;
      expect(done + refusals).toBe(wanted);
      expect(arrived.length).toBe(done);
      // Nothing reserved is lost in a world without crashes: the day is used to its end.
      expect(done).toBeGreaterThanOrEqual(Math.min(wanted, plan.callsPerDay ?? Infinity));
    }),
    { numRuns: 40 },
  );
});
