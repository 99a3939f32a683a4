/** A trading day in which the first provider is down for an hour: real adapters, a virtual clock, a market behind both. */
import { beforeAll, describe, expect, test } from "vitest";
import { toRows } from "../../core/columnar/batch.ts";
import type { Provider, ProviderIo } from "../../core/providers/provider.ts";
import { createFmpProvider } from "../../core/providers/fmp/index.ts";
import {
  askInOrder,
  ProviderLane,
  providerHealth,
  resiliencePolicySchema,
  resilient,
} from "../../core/providers/resilience/index.ts";
import { createYahooProvider } from "../../core/providers/yahoo/index.ts";
import { rawBars } from "../../core/tables/index.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { allFaults, outage, seededFaults } from "../helpers/replay-server/faults.ts";
import { replayHttpClient } from "../helpers/replay-server/http-client.ts";
import { syntheticMarket } from "../helpers/replay-server/market.ts";
import { vendorRoutes } from "../helpers/replay-server/routes.ts";
import { ReplayVendors } from "../helpers/replay-server/vendors.ts";
import { inVirtualTime } from "../helpers/virtual-time.ts";
import { Random } from "./random.ts";

const barMs = 900_000;
// Friday, 20 November 2026: New York trades from 14:30 to 21:00 UTC.
const openMs = Date.UTC(2026, 10, 20, 14, 30);
const closeMs = Date.UTC(2026, 10, 20, 21);
const downFromMs = Date.UTC(2026, 10, 20, 16);
const downToMs = Date.UTC(2026, 10, 20, 17);
const symbols = ["AAPL", "MSFT", "NVDA", "TSLA", "AMZN", "IBM", "KO", "XOM", "JPM", "PG", "V", "HD"];

const policy = resiliencePolicySchema.parse({
  calls: { callsPerMinute: 60 },
  breaker: { failuresMax: 5, coolDownMs: 300_000 },
});

const vendorsInOrder: readonly Provider[] = [createYahooProvider(), createFmpProvider()];

interface Served {
  readonly key: string;
  readonly close: number | null;
  readonly by: string;
  readonly tickMs: number;
  readonly missed: readonly string[];
}

/** A day of ticks, each asking for the bar that has just ended. */
async function tradingDay() {
  const clock = new VirtualClock(openMs);
  const random = new Random(7);
  const store = new MemoryObjectStore();
  const ports = { store, clock, random: () => random.next() };
  const market = syntheticMarket({ nowMs: () => clock.nowMs() });
  const faults = allFaults(
    outage("yahoo", downFromMs, downToMs),
    seededFaults({
      seed: 7,
      rate: 0.05,
      kinds: ["server_error", "reset", "html", "truncated_json"],
      perRequestMax: 1,
    }),
  );
  const vendors = new ReplayVendors({ routes: vendorRoutes, market, faults, clock });
  const io: ProviderIo = {
    http: replayHttpClient(vendors, clock, () => random.int(20, 400)),
    secrets: { get: () => Promise.resolve("k3y") },
  };
  const served: Served[] = [];
  const unanswered: string[] = [];
  const work = async () => {
    for (let tickMs = openMs + barMs; tickMs <= closeMs; tickMs += barMs) {
      await clock.sleep(tickMs - clock.nowMs());
      // Every tick is another process: what it knows of the providers is in the store.
      const chain = vendorsInOrder.map((provider) => resilient(provider, policy, ports));
      const series = { assetClass: "stock", interval: "15min" } as const;
      const query = { ...series, symbols, fromMs: tickMs - barMs, toMs: tickMs, asOfMs: tickMs };
      for await (const outcome of askInOrder(chain, query, io)) {
        if (outcome.kind === "unanswered") {
          unanswered.push(...outcome.query.symbols);
          continue;
        }
        const { provider, request, response, misses } = outcome;
        const { bars } = await provider.transform(response, request, {
          ...series,
          provider: provider.id,
          runId: "run",
          ingestedAtMs: tickMs,
          adjustment: provider.adjustment,
          currency: "USD",
        });
        const missed = misses.map((miss) => miss.provider);
        for (const row of toRows(rawBars, bars)) {
          served.push({
            key: `${row.symbol} ${row.ts}`,
            close: row.close,
            by: row.provider,
            tickMs,
            missed,
          });
        }
      }
    }
  };
  await inVirtualTime(clock, work());
  const health = providerHealth(await new ProviderLane("yahoo", policy, ports).read(), policy, clock.nowMs());
  return { market, served, unanswered, log: vendors.log, health };
}

const isDown = (tickMs: number) => tickMs >= downFromMs && tickMs < downToMs;
const byKey = (a: { readonly key: string }, b: { readonly key: string }) => (a.key < b.key ? -1 : 1);

describe("a day with an hour's outage of the first provider", () => {
  let day: Awaited<ReturnType<typeof tradingDay>>;
  beforeAll(async () => {
    day = await tradingDay();
  });
  test("loses no bar and doubles none", () => {
    const expected = symbols.flatMap((symbol) =>
      day.market
        .bars({
          assetClass: "stock",
          interval: "15min",
          symbol,
          fromMs: openMs,
          toMs: closeMs,
          basis: "split",
        })
        .map(({ tsMs, close }) => ({ key: `${symbol} ${tsMs}`, close })),
    );
    expect(expected).toHaveLength(symbols.length * 26);
    expect(day.unanswered).toEqual([]);
    expect(day.served.map(({ key, close }) => ({ key, close })).sort(byKey)).toEqual(expected.sort(byKey));
  });

  test("lets the next provider serve the hour, and the rows say so", () => {
    const during = day.served.filter(({ tickMs }) => isDown(tickMs));
    expect(new Set(during.map(({ by }) => by))).toEqual(new Set(["fmp"]));
    expect(during.every(({ missed }) => missed.includes("yahoo"))).toBe(true);
  });

  test("opens the breaker after five failures, then tries once per cool-down at most", () => {
    const called = day.log.filter(({ provider, atMs }) => provider === "yahoo" && isDown(atMs));
    const ticks = 4;
    expect(called.length).toBeGreaterThan(policy.breaker.failuresMax);
    expect(called.length).toBeLessThanOrEqual(policy.breaker.failuresMax + ticks - 1);
  });

  test("closes the breaker by itself: the first provider serves again when it is back", () => {
    const after = day.served.filter(({ tickMs }) => tickMs >= downToMs + barMs);
    expect(new Set(after.map(({ by }) => by))).toEqual(new Set(["yahoo"]));
    expect(day.health.breaker).toBe("closed");
    expect(day.health.lastFailure!.atMs).toBeGreaterThanOrEqual(downFromMs);
  });

  test("stays within the budget of both providers", () => {
    for (const provider of ["yahoo", "fmp"]) {
      const times = day.log.filter((request) => request.provider === provider).map(({ atMs }) => atMs);
      const densest = Math.max(
        ...times.map((from) => times.filter((time) => time >= from && time < from + 60_000).length),
      );
      expect(densest).toBeLessThanOrEqual(60);
    }
  });
});
