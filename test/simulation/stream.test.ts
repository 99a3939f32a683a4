/** A week of `stream` on a virtual clock: Thanksgiving, which is a holiday, and the half day after it. */
import { beforeAll, describe, expect, test } from "vitest";
import { toRows } from "../../core/columnar/batch.ts";
import { decodeParquet } from "../../core/columnar/parquet.ts";
import type { TransformMessage } from "../../core/messages/index.ts";
import { AnswerMemory } from "../../core/pipeline/answer-memory.ts";
import { extract, type ExtractContext } from "../../core/pipeline/extract.ts";
import { providersFor } from "../../core/pipeline/provider-chain.ts";
import { transform } from "../../core/pipeline/transform.ts";
import {
  readLanes,
  resiliencePolicySchema,
  type ResiliencePolicy,
} from "../../core/providers/resilience/index.ts";
import { createYahooProvider } from "../../core/providers/yahoo/index.ts";
import { defaultLakeSettings, type LakeSettings } from "../../core/settings.ts";
import { barsIntraday } from "../../core/tables/index.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { keepStreams, type PollEvent, type Stream } from "../../local/scheduler/index.ts";
import { outage, type FaultPlan } from "../helpers/replay-server/faults.ts";
import { replayHttpClient } from "../helpers/replay-server/http-client.ts";
import { syntheticMarket } from "../helpers/replay-server/market.ts";
import { vendorRoutes } from "../helpers/replay-server/routes.ts";
import { ReplayVendors } from "../helpers/replay-server/vendors.ts";
import { inVirtualTime } from "../helpers/virtual-time.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const symbols = ["AAPL", "MSFT", "IBM"];
const series = { assetClass: "stock", interval: "15min" } as const;
/** https://www.nyse.com/markets/hours-calendars: open from 9:30 to 16:00, after Thanksgiving to 13:00, in winter UTC−5. */
const sessions = [
  ["2026-11-23T14:30:00Z", "2026-11-23T21:00:00Z"],
  ["2026-11-24T14:30:00Z", "2026-11-24T21:00:00Z"],
  ["2026-11-25T14:30:00Z", "2026-11-25T21:00:00Z"],
  ["2026-11-27T14:30:00Z", "2026-11-27T18:00:00Z"],
].map(([open, close]) => ({ openMs: Date.parse(open!), closeMs: Date.parse(close!) }));
const weekFromMs = Date.parse("2026-11-23T00:00:00Z");
const weekToMs = Date.parse("2026-11-30T00:00:00Z");
/** The last bars of a session come for the length of a bar; a call is a little later than its poll. */
const lastBarsMs = 15 * minuteMs;
const callMs = 5_000;

interface Options {
  readonly fromMs: number;
  readonly toMs: number;
  readonly calls?: Partial<ResiliencePolicy["calls"]>;
  readonly faults?: FaultPlan;
}

async function stream({ fromMs, toMs, calls, faults }: Options) {
  const clock = new VirtualClock(fromMs);
  const transforms = new MemoryWorkQueue(clock);
  const policy = resiliencePolicySchema.parse({ calls: { gapMs: 0, batchGapMs: 0, ...calls } });
  const settings: LakeSettings = {
    ...defaultLakeSettings,
    providerChains: { stock: ["yahoo"] },
    providerPolicies: { yahoo: policy },
    extraction: { overlapBars: 3, reachDays: 2, symbolsPerRun: 100 },
  };
  const market = syntheticMarket({ nowMs: () => clock.nowMs() });
  const vendors = new ReplayVendors({
    routes: vendorRoutes,
    market,
    clock,
    ...(faults === undefined ? {} : { faults }),
  });
  const yahoo = createYahooProvider();
  const context: ExtractContext = {
    stores: { raw: new MemoryObjectStore(), curated: new MemoryObjectStore() },
    queues: { transform: transforms, indicators: new MemoryWorkQueue(clock) },
    requests: new MemoryWorkQueue(clock),
    clock,
    settings,
    providers: new Map([[yahoo.id, yahoo]]),
    io: { http: replayHttpClient(vendors, clock, () => 100), secrets: { get: () => Promise.resolve("k") } },
    random: () => 0.5,
    answers: new AnswerMemory(),
  };
  const drain = async () => {
    const messages = await transforms.receive({ maxMessages: 10, visibilityTimeoutMs: hourMs });
    for (const { body, receiptHandle } of messages) {
      await transform(context, [JSON.parse(body) as TransformMessage]);
      await transforms.acknowledge(receiptHandle);
    }
    if (messages.length > 0) await drain();
    return { messages: 0, retries: 0 };
  };
  const lake: Parameters<typeof keepStreams>[0] = {
    lake: { directory: "", settings },
    extract: (request) => extract(context, request),
    drain,
    askedFor: (request) => providersFor(context, request).map(({ id }) => id),
    lanes: () => readLanes(context.stores.curated),
  };
  const streams: Stream[] = [{ ...series, symbols, calendarSymbols: symbols, everyMs: 5 * minuteMs }];
  const polls: PollEvent[] = [];
  const { signal } = new AbortController();
  await inVirtualTime(
    clock,
    keepStreams(lake, streams, { clock, signal, untilMs: toMs }, (poll) => polls.push(poll)),
  );
  return { log: vendors.log, polls, market, context };
}

async function countKeys(store: MemoryObjectStore, prefix: string): Promise<number> {
  let keys = 0;
  for await (const _ of store.list(prefix)) keys++;
  return keys;
}

const whileOpen = (atMs: number) =>
  sessions.some(({ openMs, closeMs }) => atMs >= openMs && atMs <= closeMs + lastBarsMs + callMs);

describe("a week of streaming", () => {
  let week: Awaited<ReturnType<typeof stream>>;
  beforeAll(async () => {
    week = await stream({ fromMs: weekFromMs, toMs: weekToMs });
  }, 300_000);

  test("asks nobody while the market is closed, on Thanksgiving neither", () => {
    expect(week.log.length).toBeGreaterThan(sessions.length * symbols.length * 20);
    expect(week.log.filter(({ atMs }) => !whileOpen(atMs))).toEqual([]);
  });

  test("polls every session from its open to its last bars, twice as fast at both ends", () => {
    for (const { openMs, closeMs } of sessions) {
      const times = week.polls.map(({ startedMs }) => startedMs);
      const within = times.filter((ms) => ms >= openMs && ms <= closeMs + lastBarsMs);
      expect(within[0]).toBe(openMs);
      expect(within.at(-1)).toBe(closeMs + lastBarsMs);
      for (const [fromMs, toMs] of [
        [openMs, openMs + 15 * minuteMs],
        [closeMs - 15 * minuteMs, closeMs],
      ] as const) {
        // Six polls begin 2.5 minutes after the end of the one before, which takes less than a second.
        const busy = within.filter((ms) => ms >= fromMs && ms < toMs);
        expect(busy).toHaveLength(6);
      }
    }
  });

  test("leaves every bar of the week in the lake, final", async () => {
    const rows: string[] = [];
    for await (const { key } of week.context.stores.curated.list(barsIntraday.prefix)) {
      const { bytes } = (await week.context.stores.curated.get(key))!;
      for (const row of toRows(barsIntraday, await decodeParquet(barsIntraday, key, bytes)))
        if (row.ts >= weekFromMs) rows.push(`${row.symbol} ${row.ts} ${row.close} ${row.is_final}`);
    }
    const expected = symbols.flatMap((symbol) =>
      week.market
        .bars({ ...series, symbol, fromMs: weekFromMs, toMs: weekToMs, basis: "split" })
        .map(({ tsMs, close }) => `${symbol} ${tsMs} ${close} true`),
    );
    expect(expected).toHaveLength(symbols.length * (3 * 26 + 14));
    expect(rows.sort()).toEqual(expected.sort());
  });

  test("keeps no copy of an answer that says nothing new", async () => {
    const answers = week.log.length;
    const bodies = await countKeys(week.context.stores.raw as MemoryObjectStore, "raw/csv/");
    const repeated = week.polls.reduce(
      (sum, { result }) => sum + Number(/(\d+) answers as before/.exec(result?.note ?? "")?.[1] ?? 0),
      0,
    );
    expect(bodies).toBe(answers - repeated);
    expect(repeated).toBeGreaterThan(0);
  });
});

describe("streaming on a small budget", () => {
  const [monday] = sessions as [(typeof sessions)[number]];

  test("spreads the day's calls over the session and never makes more", async () => {
    const callsPerDay = 90;
    const { log } = await stream({
      fromMs: weekFromMs,
      toMs: weekFromMs + 24 * hourMs,
      calls: { callsPerDay },
    });
    expect(log.length).toBeLessThanOrEqual(callsPerDay);
    // 30 polls over 6.5 hours: no half hour without one, and the last bars are there.
    const times = [monday.openMs, ...log.map(({ atMs }) => atMs)];
    const longest = Math.max(...times.slice(1).map((ms, i) => ms - times[i]!));
    expect(longest).toBeLessThan(30 * minuteMs);
    expect(times.at(-1)).toBeGreaterThanOrEqual(monday.closeMs);
  });

  test("waits for the next day where the budget is used up", async () => {
    const { log, polls } = await stream({
      fromMs: weekFromMs,
      toMs: weekFromMs + 40 * hourMs,
      calls: { callsPerDay: 2 },
    });
    expect(log).toHaveLength(4);
    expect(polls.length).toBeLessThan(10);
    expect(polls[0]!.next).toEqual({ atMs: sessions[1]!.openMs, reason: "closed" });
  });
});

test("streaming through an outage leaves the provider alone while its breaker is open, and comes back by itself", async () => {
  const [{ openMs }] = sessions as [(typeof sessions)[number]];
  const faults = outage("yahoo", openMs + hourMs, openMs + 2 * hourMs);
  const { log, polls } = await stream({ fromMs: weekFromMs, toMs: openMs + 3 * hourMs, faults });
  const during = log.filter(({ atMs }) => atMs >= openMs + hourMs && atMs < openMs + 2 * hourMs);
  // Five failures open the breaker; every five minutes one call tries again.
  expect(during.length).toBeLessThan(5 + 15);
  expect(polls.some(({ next }) => next.reason === "spent")).toBe(true);
  expect(polls.at(-1)!.result).toMatchObject({ unanswered: [] });
});
