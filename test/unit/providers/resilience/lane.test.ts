import { beforeEach, describe, expect, test } from "vitest";
import { TransientError, UnreadableObjectError } from "../../../../core/errors.ts";
import type { ObjectStore } from "../../../../core/ports.ts";
import { providerLaneKey } from "../../../../core/lake/keys.ts";
import {
  defaultResiliencePolicy,
  ProviderLane,
  resiliencePolicySchema,
} from "../../../../core/providers/resilience/index.ts";
import { MemoryObjectStore } from "../../../../local/memory/memory-object-store.ts";
import { VirtualClock } from "../../../../local/memory/virtual-clock.ts";
import { inVirtualTime } from "../../../helpers/virtual-time.ts";

let clock: VirtualClock;
let store: MemoryObjectStore;
beforeEach(() => {
  clock = new VirtualClock(Date.UTC(2026, 10, 20, 12));
  store = new MemoryObjectStore();
});
const laneOver = (objects: ObjectStore) =>
  new ProviderLane("vendor", defaultResiliencePolicy, { store: objects, clock, random: () => 0.5 });

/** The store with some of its methods replaced. */
const storeWith = (methods: Partial<ObjectStore>): ObjectStore => ({
  get: (key) => store.get(key),
  put: (key, bytes, condition) => store.put(key, bytes, condition),
  head: (key) => store.head(key),
  list: (prefix) => store.list(prefix),
  delete: (key, condition) => store.delete(key, condition),
  ...methods,
});

describe("the lane of a provider", () => {
  test("takes a new slot where writing the reservation took so long that the old one is gone", async () => {
    let writes = 0;
    const slow = storeWith({
      put: async (key, bytes, condition) => {
        const result = await store.put(key, bytes, condition);
        if (++writes === 1) await clock.sleep(5_000);
        return result;
      },
    });
    const lane = laneOver(slow);
    await inVirtualTime(clock, lane.reserve(false));
    const { day, lastCallMs } = await lane.read();
    expect(day.calls).toBe(2);
    expect(lastCallMs).toBe(clock.nowMs());
  });

  test("waits on where a timer fires early", async () => {
    const lane = laneOver(store);
    await inVirtualTime(clock, lane.reserve(false));
    const early = { nowMs: () => clock.nowMs(), sleep: (ms: number) => clock.sleep(Math.max(1, ms / 2)) };
    const hasty = new ProviderLane("vendor", defaultResiliencePolicy, {
      store,
      clock: early,
      random: () => 0.5,
    });
    const startMs = clock.nowMs();
    await inVirtualTime(clock, hasty.reserve(false));
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(defaultResiliencePolicy.calls.gapMs);
  });

  test("refuses to guess where its object cannot be read", async () => {
    await store.put(providerLaneKey("vendor"), new TextEncoder().encode('{"version":1}'));
    await expect(laneOver(store).reserve(false)).rejects.toBeInstanceOf(UnreadableObjectError);
  });

  test("passes on that the store is out of order, and makes no call", async () => {
    const broken = storeWith({ get: () => Promise.reject(new TransientError("store is away")) });
    await expect(laneOver(broken).reserve(false)).rejects.toThrow("store is away");
  });

  test("notes successes at most once a minute", async () => {
    const lane = laneOver(store);
    await lane.succeeded();
    const etag = (await store.head(providerLaneKey("vendor")))!.etag;
    await clock.advance(59_000);
    await lane.succeeded();
    expect((await store.head(providerLaneKey("vendor")))!.etag).toBe(etag);
    await clock.advance(1_000);
    await lane.succeeded();
    expect((await lane.read()).lastSuccessMs).toBe(clock.nowMs());
  });
});

describe("a policy", () => {
  test("is the design's where nothing is said", () =>
    expect(resiliencePolicySchema.parse({ calls: { callsPerDay: 25 } }).calls).toMatchObject({
      gapMs: 100,
      batchGapMs: 1_000,
      callsPerDay: 25,
      callsPerMinute: null,
      timeZone: "UTC",
    }));

  test.each([
    ["calls.timeZone", { calls: { timeZone: "Mars/Olympus" } }],
    ["calls.callsPerDay", { calls: { callsPerDay: 0 } }],
    ["retry.attemptsMax", { retry: { attemptsMax: 99 } }],
    ["", { retries: {} }],
  ])("names %j as the path of what is wrong", (path, policy) => {
    const issues = resiliencePolicySchema.safeParse(policy).error!.issues;
    expect(issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });
});
