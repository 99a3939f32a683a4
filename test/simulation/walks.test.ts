/** Many walks over the indicators of one shard at once, each begun by a change of bars, stalled and overtaken by others. */
import { describe, expect, test } from "vitest";
import { fromRows } from "../../core/columnar/batch.ts";
import { encodeParquet } from "../../core/columnar/parquet.ts";
import { barsKey } from "../../core/lake/keys.ts";
import { indicate } from "../../core/pipeline/indicate.ts";
import { TransientError } from "../../core/errors.ts";
import { defaultLakeSettings } from "../../core/settings.ts";
import { barsIntraday, type Row } from "../../core/tables/index.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { checkIndicators, checkObjects } from "./checks.ts";
import { FaultPlan, Life, mortalClock, MortalStore } from "./faults.ts";
import { readLake } from "./lake-contents.ts";
import { Random } from "./random.ts";
import { Scheduler } from "./scheduler.ts";

const series = { assetClass: "crypto", interval: "1h" } as const;
const shard = 0;
const months = 4;
const barsPerMonth = 3;
const changesMax = 12;
const callMsMax = 400;
const changesApartMsMax = 2_000;
const scheduledMs = Date.UTC(2024, 11);

function barsOf(month: number, version: number, random: Random): Row<typeof barsIntraday>[] {
  return Array.from({ length: barsPerMonth }, (_, hour) => {
    const close = 100 + random.int(0, 50);
    return {
      symbol: "BTC-USD",
      ts: Date.UTC(2024, month, 1, hour),
      open: close,
      high: close + 1,
      low: close - 1,
      close,
      adj_close: null,
      volume: 1,
      currency: "USD",
      adjustment: "none",
      is_final: true,
      provider: "alpha",
      ingested_at: scheduledMs + version,
      run_id: `change-${version}`,
      session_date: 0,
      close_base: null,
      fx_rate: null,
      data_quality_score: 100,
      quality_flags: null,
      source_key: "raw",
    };
  });
}

/** The problems that are left when all changes have been walked for. */
async function walkAbout(seed: number): Promise<string[]> {
  const random = new Random(seed);
  const scheduler = new Scheduler(random, scheduledMs);
  const rates = {
    crash: random.pick([0, 0.03]),
    stall: 0,
    failBefore: random.pick([0, 0.03]),
    failAfter: random.pick([0, 0.03]),
    spuriousConflict: random.pick([0, 0.05]),
    duplicate: 0,
    lostAcknowledgement: 0,
    reorder: 0,
    corruptRaw: 0,
  };
  const faults = new FaultPlan(rates, 10, random);
  const curated = new MemoryObjectStore();

  /** As a queue does it: the message comes again until a walk is through. */
  async function walk(month: number): Promise<void> {
    const fromPeriod = `2024-${String(month + 1).padStart(2, "0")}`;
    const message = {
      version: 1,
      kind: "indicators",
      runId: `month-${month}`,
      scheduledMs,
      ...series,
      shard,
      fromPeriod,
    } as const;
    for (let isDone = false; !isDone;) {
      const life = new Life(scheduler, faults, random.pick([0, callMsMax]));
      const store = new MortalStore(curated, () => life);
      const queue = { send: () => Promise.reject(new Error("a walk without a deadline hands nothing on")) };
      const context = {
        stores: { raw: store, curated: store },
        queues: { transform: queue, indicators: queue },
        clock: mortalClock(() => life),
        settings: defaultLakeSettings,
      };
      try {
        await indicate(context, [message]);
        isDone = true;
      } catch (error) {
        if (!life.isOver && !(error instanceof TransientError)) throw error;
      }
    }
  }

  const changes = random.int(2, changesMax);
  scheduler.spawn(async () => {
    for (let version = 0; version < changes; version++) {
      await scheduler.turn(random.int(0, random.pick([300, changesApartMsMax])));
      // The last month comes last, while walks through the months before it are still under way.
      const month = version === changes - 1 ? months - 1 : random.int(0, months - 2);
      const bars = fromRows(barsIntraday, barsOf(month, version, random));
      const period = `2024-${String(month + 1).padStart(2, "0")}`;
      await curated.put(barsKey(series, period, shard), encodeParquet(barsIntraday, bars));
      scheduler.spawn(() => walk(month));
    }
  });
  await scheduler.run();
  const lake = await readLake(curated);
  return [...checkIndicators(lake), ...checkObjects(lake)];
}

describe("walks that overtake each other", () => {
  test("leave indicators that equal one pass over the bars", async () => {
    for (let seed = 0; seed < 200; seed++) {
      expect(await walkAbout(seed), `seed ${seed}`).toEqual([]);
    }
  });
});
