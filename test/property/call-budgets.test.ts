/**
 * No budget of a provider is ever exceeded, in any stretch of time, however many workers there are and whatever happens to
 * them. Arrivals at the provider are counted, not what the code under test believes.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TransientError } from "../../core/errors.ts";
import type { Clock, ObjectStore } from "../../core/ports.ts";
import { BudgetExhaustedError } from "../../core/providers/errors.ts";
import {
  callLimitsSchema,
  callProvider,
  ProviderLane,
  resiliencePolicySchema,
} from "../../core/providers/resilience/index.ts";
import { freshLane } from "../../core/providers/resilience/lane-state.ts";
import { slotSlackMs, takeSlot } from "../../core/providers/resilience/slots.ts";
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
const costMax = 20;

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
    delete: (key, condition) => store.delete(key, condition),
  };
}

const scenario = fc.record({
  seed: fc.integer(),
  workers: fc.integer({ min: 1, max: 8 }),
  callsPerWorker: fc.integer({ min: 1, max: 12 }),
  callsPerMinute: fc.option(fc.integer({ min: 1, max: 120 }), { nil: null }),
  callsPerDay: fc.option(fc.integer({ min: 1, max: 40 }), { nil: null }),
  creditsPerMinute: fc.option(fc.integer({ min: costMax, max: 200 }), { nil: null }),
  creditsPerDay: fc.option(fc.integer({ min: costMax, max: 100 }), { nil: null }),
  creditsPerMonth: fc.option(fc.integer({ min: costMax, max: 150 }), { nil: null }),
  /** What calls cost, in turn. */
  costs: fc.array(fc.integer({ min: 1, max: costMax }), { minLength: 1, maxLength: 6 }),
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

interface Arrival {
  readonly atMs: number;
  readonly credits: number;
}

/** When calls left the workers, when they arrived at the provider, and what they cost. */
async function play(
  plan: Scenario,
): Promise<{ left: number[]; arrived: Arrival[]; refusals: number; done: number }> {
  const random = new Random(plan.seed);
  const clock = new VirtualClock(plan.startMs);
  const store = slowStore(new MemoryObjectStore(), clock, random, plan.freezing);
  const { callsPerMinute, callsPerDay, creditsPerMinute, creditsPerDay, creditsPerMonth, gapMs } = plan;
  const budgets = { callsPerMinute, callsPerDay, creditsPerMinute, creditsPerDay, creditsPerMonth };
  const policy = resiliencePolicySchema.parse({
    calls: { ...budgets, gapMs, batchGapMs: 0, waitMsMax: 3_600_000 },
    breaker: { failuresMax: 1_000 },
  });
  const left: number[] = [];
  const arrived: Arrival[] = [];
  let refusals = 0;
  let done = 0;
  const io = scriptedIo(async ({ url }) => {
    left.push(clock.nowMs());
    await clock.sleep(random.int(0, transitMsMax));
    arrived.push({ atMs: clock.nowMs(), credits: Number(url.slice(url.lastIndexOf("/") + 1)) });
    return { status: random.chance(plan.failing) ? 503 : 200 };
  });
  const provider = scriptedProvider("vendor");
  const work = Array.from({ length: plan.workers }, async () => {
    await clock.sleep(random.int(0, 2_000));
    const lane = new ProviderLane("vendor", policy, { store, clock, random: () => random.next() });
    for (let i = 0; i < plan.callsPerWorker; i++) {
      try {
        const credits = plan.costs[i % plan.costs.length]!;
        // The address tells the cost, as vendors know it without being told.
        const request = { symbols: [String(credits)], credits };
        await callProvider(lane, io, (attemptIo) => provider.extract(request, attemptIo));
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

const costOf = (calls: readonly Arrival[]) => calls.reduce((sum, { credits }) => sum + credits, 0);

/** Most calls and most credits in any half-open stretch of that length. */
function densest(arrived: readonly Arrival[], lengthMs: number) {
  const sorted = arrived.toSorted((a, b) => a.atMs - b.atMs);
  const stretches = sorted.map(({ atMs: from }, i) =>
    sorted.slice(i).filter(({ atMs }) => atMs < from + lengthMs),
  );
  return {
    calls: Math.max(0, ...stretches.map((calls) => calls.length)),
    credits: Math.max(0, ...stretches.map(costOf)),
  };
}

test("no minute, wherever it begins, no day and no month has more calls or credits than the plan", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (plan) => {
      const { arrived } = await play(plan);
      const busiestMinute = densest(arrived, minuteMs);
      expect(busiestMinute.calls).toBeLessThanOrEqual(plan.callsPerMinute ?? Infinity);
      expect(busiestMinute.credits).toBeLessThanOrEqual(plan.creditsPerMinute ?? Infinity);
      for (const calls of Map.groupBy(arrived, ({ atMs }) => Math.floor(atMs / dayMs)).values()) {
        expect(calls.length).toBeLessThanOrEqual(plan.callsPerDay ?? Infinity);
        expect(costOf(calls)).toBeLessThanOrEqual(plan.creditsPerDay ?? Infinity);
      }
      // All of a scenario lies in January 1970.
      expect(costOf(arrived)).toBeLessThanOrEqual(plan.creditsPerMonth ?? Infinity);
    }),
    { numRuns: 100 },
  );
});

test("no sequence of weighted reservations, however soon each is asked for, exceeds the budget of a minute", () => {
  const costs = fc.array(fc.integer({ min: 1, max: costMax }), { minLength: 2, maxLength: 120 });
  fc.assert(
    fc.property(costs, fc.integer({ min: costMax, max: 300 }), (wanted, creditsPerMinute) => {
      const limits = callLimitsSchema.parse({ creditsPerMinute, gapMs: 0, batchGapMs: 0, waitMsMax: dayMs });
      const made: Arrival[] = [];
      let lane = freshLane;
      for (const credits of wanted) {
        const slot = takeSlot(lane, limits, made.at(-1)?.atMs ?? 0, credits);
        if (!slot.free) throw new Error(slot.reason);
        made.push({ atMs: slot.atMs, credits });
        lane = slot.state;
      }
      expect(densest(made, minuteMs + slotSlackMs).credits).toBeLessThanOrEqual(creditsPerMinute);
    }),
    { numRuns: 300 },
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
        creditsPerMinute: null,
        creditsPerDay: null,
        creditsPerMonth: null,
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
