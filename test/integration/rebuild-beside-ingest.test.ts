/** A rebuild as of a time in the past takes objects away; what comes in meanwhile, at whatever moment, stays. */
import { describe, expect, it } from "vitest";
import { planRebuild, rebuildShard } from "../../core/pipeline/rebuild.ts";
import type { ObjectStore } from "../../core/ports.ts";
import { defaultLakeSettings } from "../../core/settings.ts";
import { barsDaily, indicatorsDaily } from "../../core/tables/index.ts";
import { dailyBar, MemoryLake, type RawRow } from "../helpers/memory-lake.ts";

const stocks = { assetClass: "stock", interval: "1d" } as const;
const tables = [barsDaily, indicatorsDaily];
const dayMs = 86_400_000;
const daysOf = (first: string, count: number) =>
  Array.from({ length: count }, (_, index) => Date.parse(first) / dayMs + index);
const barsOf = (symbol: string, days: readonly number[], atMs: number) =>
  days.map((day) => dailyBar(symbol, day, 100 + (day % 7), { ingested_at: atMs }));

/** What the lake receives, by time; as of the first there is nothing of the year that the others are of. */
const earlyMs = Date.parse("2025-12-31T21:00Z");
const lateMs = Date.parse("2026-01-09T21:00Z");
const liveMs = Date.parse("2026-01-12T21:00Z");
const received: ReadonlyMap<number, readonly RawRow[]> = new Map([
  [earlyMs, barsOf("AAPL", daysOf("2025-12-01", 30), earlyMs)],
  [lateMs, barsOf("AAPL", daysOf("2026-01-05", 5), lateMs)],
  [
    liveMs,
    [...barsOf("AAPL", daysOf("2026-01-12", 1), liveMs), ...barsOf("MSFT", daysOf("2026-01-05", 8), liveMs)],
  ],
]);

async function lakeOf(...times: readonly number[]): Promise<MemoryLake> {
  const lake = new MemoryLake(defaultLakeSettings);
  for (const atMs of times) await lake.receive(atMs, stocks, received.get(atMs)!);
  return lake;
}

/** The store, with something that happens right before its n-th operation. */
function disturbed(store: ObjectStore, n: number, happen: () => Promise<void>) {
  const progress = { operations: 0 };
  const step = async () => {
    if (++progress.operations === n) await happen();
  };
  const disturbedStore: ObjectStore = {
    get: async (key) => (await step(), store.get(key)),
    head: async (key) => (await step(), store.head(key)),
    put: async (key, bytes, condition) => (await step(), store.put(key, bytes, condition)),
    delete: async (key, condition) => (await step(), store.delete(key, condition)),
    async *list(prefix, startAfter) {
      await step();
      yield* store.list(prefix, startAfter);
    },
  };
  return { store: disturbedStore, progress };
}

/** Rebuilds as of the first time while the last rows come in before the n-th operation; null where there are not so many. */
async function race(n: number): Promise<MemoryLake | null> {
  const lake = await lakeOf(earlyMs, lateMs);
  const waves = await planRebuild(lake.context);
  const live = () => lake.receive(liveMs, stocks, received.get(liveMs)!);
  const { store, progress } = disturbed(lake.curated, n, live);
  const context = { ...lake.context, stores: { ...lake.context.stores, curated: store } };
  for (const task of waves.flat()) await rebuildShard(context, task, { runId: "rebuild", asOfMs: earlyMs });
  return progress.operations < n ? null : lake;
}

describe("a rebuild as of a time beside live ingest", () => {
  it("ends with what was known then and what came in, at whatever moment it came", async () => {
    const expected = await (await lakeOf(earlyMs, liveMs)).objects(tables);
    const whole = await (await lakeOf(earlyMs, lateMs, liveMs)).objects(tables);
    let moments = 0;
    for (let lake = await race(1); lake !== null; lake = await race(moments + 1)) {
      moments++;
      expect(await lake.objects(tables), `with the rows before operation ${moments}`).toEqual(expected);
      await lake.rebuild();
      expect(await lake.objects(tables)).toEqual(whole);
    }
    expect(moments).toBeGreaterThan(20);
  });
});
