/** A week of ticks, day and night: real adapters behind faults, on a virtual clock. `WEEK_SYMBOLS=12` makes it a quick one. */
import { beforeAll, describe, expect, test } from "vitest";
import { toRows } from "../../core/columnar/batch.ts";
import { decodeParquet } from "../../core/columnar/parquet.ts";
import { barsKey } from "../../core/lake/keys.ts";
import { shardOf } from "../../core/lake/sharding.ts";
import type { ExtractRequest, TransformMessage } from "../../core/messages/index.ts";
import { backfill } from "../../core/pipeline/backfill.ts";
import { utcDate } from "../../core/market.ts";
import { extract, type ExtractContext } from "../../core/pipeline/extract.ts";
import { findGaps } from "../../core/pipeline/gaps.ts";
import { transform } from "../../core/pipeline/transform.ts";
import { createFmpProvider } from "../../core/providers/fmp/index.ts";
import { resiliencePolicySchema } from "../../core/providers/resilience/index.ts";
import { createYahooProvider } from "../../core/providers/yahoo/index.ts";
import { defaultLakeSettings, type LakeSettings } from "../../core/settings.ts";
import { barsIntraday, eltJobLog } from "../../core/tables/index.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { drained } from "../helpers/drained.ts";
import { allFaults, outage, seededFaults } from "../helpers/replay-server/faults.ts";
import { replayHttpClient } from "../helpers/replay-server/http-client.ts";
import { syntheticMarket } from "../helpers/replay-server/market.ts";
import { vendorRoutes } from "../helpers/replay-server/routes.ts";
import { ReplayVendors } from "../helpers/replay-server/vendors.ts";
import { inVirtualTime } from "../helpers/virtual-time.ts";
import { Random } from "./random.ts";

const symbolCount = Number(process.env["WEEK_SYMBOLS"] ?? 500);
const symbols = Array.from({ length: symbolCount }, (_, i) => `W${String(i).padStart(3, "0")}`);
const barMs = 900_000;
// Monday, 9 November 2026, to the Monday after: five sessions of XNYS, each from 14:30 to 21:00 UTC.
const fromMs = Date.UTC(2026, 10, 9);
const toMs = Date.UTC(2026, 10, 16);
const ticks = (toMs - fromMs) / barMs;
const sessionBars = 26;
const sessions = 5;
const callsPerMinute = 60;
/** Those of the fallback do not last for an hour's outage: what they leave is asked of the first provider afterwards. */
const callsPerDay = { yahoo: 40 * symbolCount, fmp: 2 * symbolCount } as const;
const lostShard = 1;
const series = { assetClass: "stock", interval: "15min" } as const;

const policyOf = (provider: keyof typeof callsPerDay) =>
  resiliencePolicySchema.parse({
    calls: { callsPerMinute, callsPerDay: callsPerDay[provider], gapMs: 0, batchGapMs: 0 },
    retry: { attemptsMax: 3, backoffMs: 200, backoffMsMax: 2_000 },
  });
const settings: LakeSettings = {
  ...defaultLakeSettings,
  providerPriority: ["yahoo", "fmp"],
  providerChains: { stock: ["yahoo", "fmp"] },
  providerPolicies: { yahoo: policyOf("yahoo"), fmp: policyOf("fmp") },
  extraction: { overlapBars: 3, reachDays: 2, symbolsPerRun: 200 },
};

async function week() {
  const clock = new VirtualClock(fromMs);
  const random = new Random(11);
  const curated = new MemoryObjectStore();
  const queues = {
    transform: new MemoryWorkQueue(clock),
    indicators: new MemoryWorkQueue(clock),
    requests: new MemoryWorkQueue(clock),
  };
  const market = syntheticMarket({ nowMs: () => clock.nowMs() });
  const faults = allFaults(
    // An hour in the middle of Wednesday's session.
    outage("yahoo", Date.UTC(2026, 10, 11, 16), Date.UTC(2026, 10, 11, 17)),
    seededFaults({
      seed: 11,
      rate: 0.03,
      kinds: ["server_error", "reset", "html", "truncated_json"],
      perRequestMax: 1,
    }),
  );
  const vendors = new ReplayVendors({ routes: vendorRoutes, market, faults, clock });
  const context: ExtractContext = {
    stores: { raw: new MemoryObjectStore(), curated },
    queues,
    requests: queues.requests,
    clock,
    settings,
    providers: new Map(
      [createYahooProvider(), createFmpProvider()].map((provider) => [provider.id, provider]),
    ),
    io: {
      http: replayHttpClient(vendors, clock, () => random.int(20, 200)),
      secrets: { get: () => Promise.resolve("k3y") },
    },
    random: () => random.next(),
  };
  await inVirtualTime(clock, work());
  const whole = { ...series, symbols, fromMs, toMs };
  const query = { ...whole, asOfMs: toMs, beforeFirstBar: true };
  const gaps = await findGaps(context, query);
  // Somebody loses a shard: everything in it is missing, and is asked for again.
  await curated.delete(barsKey(series, "2026-11", lostShard));
  const lostGaps = await findGaps(context, query);
  const refilled = await inVirtualTime(clock, backfill(context, { ...whole, only: "gaps" }));
  await transformAll();
  return { market, log: vendors.log, curated, gaps, lostGaps, refilled };

  async function work(): Promise<void> {
    for (let tickMs = fromMs + barMs; tickMs <= toMs; tickMs += barMs) {
      await clock.sleep(tickMs - clock.nowMs());
      const scheduledTime = new Date(tickMs).toISOString();
      const request: ExtractRequest = {
        version: 1,
        kind: "extract",
        ...series,
        scheduledTime,
        trigger: "schedule",
      };
      await extract(context, { ...request, symbols });
      for (const body of await drained(queues.requests))
        await extract(context, JSON.parse(body) as ExtractRequest);
    }
    await transformAll();
  }

  async function transformAll(): Promise<void> {
    const messages = (await drained(queues.transform)).map((body) => JSON.parse(body) as TransformMessage);
    for (const ofShard of Map.groupBy(messages, ({ shard }) => shard).values())
      await transform(context, ofShard);
  }
}

async function objectsOf(store: MemoryObjectStore, prefix: string): Promise<[string, Uint8Array][]> {
  const objects: [string, Uint8Array][] = [];
  for await (const { key } of store.list(prefix)) objects.push([key, (await store.get(key))!.bytes]);
  return objects;
}

async function barsOf(store: MemoryObjectStore) {
  const objects = await objectsOf(store, barsIntraday.prefix);
  const batches = objects.map(async ([key, bytes]) =>
    toRows(barsIntraday, await decodeParquet(barsIntraday, key, bytes)),
  );
  return (await Promise.all(batches)).flat();
}

async function extractJobsOf(store: MemoryObjectStore) {
  const objects = await objectsOf(store, eltJobLog.prefix);
  const batches = objects.map(async ([key, bytes]) =>
    toRows(eltJobLog, await decodeParquet(eltJobLog, key, bytes)),
  );
  return (await Promise.all(batches)).flat().filter(({ stage }) => stage === "extract");
}

function callsOfFullestDay(times: readonly number[]): number {
  const days = Map.groupBy(times, utcDate);
  return Math.max(...[...days.values()].map((calls) => calls.length));
}

describe(`a week of ${symbolCount} symbols at 15 minutes`, () => {
  let done: Awaited<ReturnType<typeof week>>;
  beforeAll(async () => {
    done = await week();
  }, 600_000);

  test("leaves every expected bar in the lake, each once, as the market made it", async () => {
    const rows = await barsOf(done.curated);
    const inWeek = rows.filter(({ ts }) => ts >= fromMs && ts < toMs);
    const expected = symbols.flatMap((symbol) =>
      done.market
        .bars({ ...series, symbol, fromMs, toMs, basis: "split" })
        .map(({ tsMs, close }) => `${symbol} ${tsMs} ${close}`),
    );
    expect(expected).toHaveLength(symbolCount * sessions * sessionBars);
    expect(inWeek.map(({ symbol, ts, close }) => `${symbol} ${ts} ${close}`).sort()).toEqual(expected.sort());
    expect(inWeek.every((row) => row.is_final)).toBe(true);
  });

  test("finds no gap in the week, every bar of a lost object missing, and fills it again", () => {
    expect(done.gaps).toEqual([]);
    const lost = symbols.filter((symbol) => shardOf(symbol, settings.shardCounts.stock) === lostShard);
    expect(done.lostGaps.map(({ symbol }) => symbol).sort()).toEqual(lost.sort());
    expect(new Set(done.lostGaps.map(({ missingBars }) => missingBars))).toEqual(
      new Set([sessions * sessionBars]),
    );
    expect(done.refilled).toMatchObject({
      done: lost.length,
      total: lost.length,
      left: [],
      missing: { symbols: lost.length, bars: lost.length * sessions * sessionBars },
    });
  });

  test("marks the bars that the fallback sent, and no others", async () => {
    const rows = await barsOf(done.curated);
    const marked = rows.filter(({ quality_flags: flags }) => flags?.includes("fallback_provider") === true);
    expect(new Set(marked.map(({ provider }) => provider))).toEqual(new Set(["fmp"]));
    expect(rows.filter(({ provider }) => provider === "fmp")).toHaveLength(marked.length);
  });

  test("never asks a provider more often than its budgets allow, in any minute and on any day", () => {
    for (const provider of ["yahoo", "fmp"] as const) {
      const times = done.log.filter((request) => request.provider === provider).map(({ atMs }) => atMs);
      expect(times.length).toBeGreaterThan(0);
      const denser = times.filter((time, i) => (times[i + callsPerMinute] ?? Infinity) - time < 60_000);
      expect(denser).toEqual([]);
      expect(callsOfFullestDay(times)).toBeLessThanOrEqual(callsPerDay[provider]);
    }
    const ofFallback = done.log.filter(({ provider }) => provider === "fmp").map(({ atMs }) => atMs);
    expect(callsOfFullestDay(ofFallback), "the day of the outage takes all").toBe(callsPerDay.fmp);
  });

  test("logs every tick: those of closed markets as skipped", async () => {
    const jobs = await extractJobsOf(done.curated);
    const byTick = Map.groupBy(jobs, ({ scheduled_at: scheduledAt }) => scheduledAt);
    expect(byTick.size).toBe(ticks);
    const skipped = jobs.filter(({ status }) => status === "skipped");
    // A tick is worth asking at the end of each bar, and once more after the last.
    expect(ticks - skipped.length).toBe(sessions * (sessionBars + 1));
    expect(jobs.filter(({ status }) => status === "failed")).toEqual([]);
  });
});
