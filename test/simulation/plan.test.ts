/** What a plan says is what then happens: the extract stage asks vendors of the test in virtual time, and all is counted. */
import { describe, expect, test } from "vitest";
import {
  lakeSettingsOf,
  parseConfig,
  providerSettingsOf,
  type MarketlakeConfig,
} from "../../core/config/index.ts";
import { intervalMs, utcDate } from "../../core/market.ts";
import type { ExtractRequest } from "../../core/messages/index.ts";
import { backfill, type BackfillRequest } from "../../core/pipeline/backfill.ts";
import { extract, type ExtractContext } from "../../core/pipeline/extract.ts";
import type { HttpClient } from "../../core/ports.ts";
import { planBackfill, planTick, usualLatencyMs, type Wish } from "../../core/plan/index.ts";
import type { Series } from "../../core/lake/keys.ts";
import { createProviders } from "../../core/providers/registry.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { replayHttpClient } from "../helpers/replay-server/http-client.ts";
import { syntheticMarket } from "../helpers/replay-server/market.ts";
import { vendorRoutes } from "../helpers/replay-server/routes.ts";
import { ReplayVendors } from "../helpers/replay-server/vendors.ts";
import { inVirtualTime } from "../helpers/virtual-time.ts";

const symbols = "AAPL MSFT NVDA TSLA AMZN IBM KO XOM JPM PG V HD UNH BRK.B MRK PEP".split(" ");
const pairs = ["EURUSD=X", "GBPUSD=X", "USDINR=X"];
/** As the acceptance of the planner says. */
const toleranceShare = 0.05;

/** An extract stage, and what it did to the vendors. */
function world(config: MarketlakeConfig, startMs: number) {
  const clock = new VirtualClock(startMs);
  const vendors = new ReplayVendors({
    routes: vendorRoutes,
    market: syntheticMarket({ nowMs: () => clock.nowMs() }),
    clock,
  });
  const vendorsHttp = replayHttpClient(vendors, clock, () => usualLatencyMs);
  let charged = 0;
  /** CoinMarketCap tells in every answer what it has charged. */
  const http: HttpClient = {
    get: async (request) => {
      const response = await vendorsHttp.get(request);
      charged += Number(/"credit_count":(\d+)/.exec(new TextDecoder().decode(response.body))?.[1] ?? 0);
      return response;
    },
  };
  const store = new MemoryObjectStore();
  const context: ExtractContext = {
    stores: { raw: store, curated: store },
    queues: { transform: { send: async () => {} }, indicators: { send: async () => {} } },
    requests: { send: async () => {} },
    clock,
    random: () => 0.5,
    settings: lakeSettingsOf(config),
    providers: createProviders(providerSettingsOf(config)),
    io: {
      http,
      secrets: { get: () => Promise.resolve("k3y") },
    },
  };
  const run = async (provider: string, wish: Wish, extra: Partial<ExtractRequest>) => {
    const before = vendors.log.length;
    const beganMs = clock.nowMs();
    const request: ExtractRequest = {
      version: 1,
      kind: "extract",
      provider,
      assetClass: wish.assetClass,
      interval: wish.interval,
      symbols: [...wish.symbols],
      scheduledTime: new Date(beganMs).toISOString(),
      trigger: "test",
      ...extra,
    };
    const { bytesIn, rowsIn } = await inVirtualTime(clock, extract(context, request));
    return {
      calls: vendors.log.length - before,
      bytes: bytesIn,
      bars: rowsIn,
      durationMs: clock.nowMs() - beganMs,
    };
  };
  /** Day after day, as often as it takes. */
  const backfillToTheEnd = async (request: BackfillRequest) => {
    const beganMs = clock.nowMs();
    const dates = new Set<string>();
    let bars = 0;
    for (let left = 1; left > 0;) {
      dates.add(utcDate(clock.nowMs()));
      const result = await inVirtualTime(clock, backfill(context, request));
      bars += result.rows;
      left = result.left.length;
      // A budget is given anew at midnight.
      const tomorrowMs = Date.parse(utcDate(clock.nowMs())) + intervalMs["1d"];
      if (left > 0) await clock.advance(tomorrowMs - clock.nowMs());
    }
    return { calls: vendors.log.length, bars, days: dates.size, durationMs: clock.nowMs() - beganMs };
  };
  return { clock, run, backfillToTheEnd, charged: () => charged };
}

const near = (value: number) => ({
  asymmetricMatch: (other: unknown) =>
    typeof other === "number" && Math.abs(other - value) <= toleranceShare * value,
  toString: () => `within ${toleranceShare} of ${value}`,
});

const paid = {
  fmp: { plan: "starter" },
  alpha_vantage: { plan: "premium_75" },
} as const;
const atMs = Date.UTC(2026, 10, 20, 21, 30);

describe("a backfill takes what its plan says", () => {
  const cases: readonly (readonly [string, Series & { symbols: readonly string[] }, string])[] = [
    ["fmp", { assetClass: "stock", interval: "15min", symbols }, "2026-10-01"],
    ["fmp", { assetClass: "stock", interval: "1d", symbols }, "2015-01-01"],
    ["fmp", { assetClass: "bond", interval: "1d", symbols: ["UST2Y", "UST10Y", "UST30Y"] }, "2025-06-01"],
    ["yahoo", { assetClass: "stock", interval: "1d", symbols }, "2020-01-01"],
    ["yahoo", { assetClass: "forex", interval: "15min", symbols: pairs }, "2026-10-01"],
    ["alpha_vantage", { assetClass: "stock", interval: "15min", symbols }, "2026-08-15"],
    ["alpha_vantage", { assetClass: "stock", interval: "1d", symbols: symbols.slice(0, 3) }, "2015-01-01"],
    ["binance", { assetClass: "crypto", interval: "15min", symbols: ["BTC-USDT", "ETH-USDT"] }, "2026-09-01"],
  ];
  test.each(cases)("by %s for %o from %s", async (provider, wish, from) => {
    const config = parseConfig(JSON.stringify({ providers: paid }), "test");
    const window = { fromMs: Date.parse(from), toMs: atMs };
    const [plan] = planBackfill({ config, provider, wishes: [wish], atMs, window });
    const happened = await world(config, atMs).run(provider, wish, { window });
    expect(plan).toMatchObject({
      provider,
      calls: near(happened.calls),
      bytes: near(happened.bytes),
      bars: near(happened.bars),
      durationMs: near(happened.durationMs),
    });
  });
});

test("a backfill is charged the credits that its plan says", async () => {
  const providers = { coinmarketcap: { plan: "hobbyist", calls: { creditsPerMonth: 100 } } };
  const config = parseConfig(JSON.stringify({ providers }), "test");
  const wish = { assetClass: "crypto", interval: "1d", symbols: ["BTC-USD", "ETH-USD", "SOL-USD"] } as const;
  // 1,415 days until the end of 20 November 2026: 15 credits each.
  const window = { fromMs: Date.UTC(2023, 0, 6), toMs: Date.UTC(2026, 10, 21) };
  const midnightMs = Date.UTC(2026, 10, 21);
  const [plan] = planBackfill({
    config,
    provider: "coinmarketcap",
    wishes: [wish],
    atMs: midnightMs,
    window,
  });
  expect(plan).toMatchObject({ calls: 3, credits: 45 });
  expect(plan!.quotas).toEqual([{ period: "month", unit: "credits", limit: 100, needed: 45 }]);
  const { run, charged } = world(config, midnightMs);
  const happened = await run("coinmarketcap", wish, { window });
  expect(plan).toMatchObject({
    calls: happened.calls,
    bytes: near(happened.bytes),
    bars: near(happened.bars),
  });
  expect(plan!.credits).toBe(charged());
});

describe("a backfill that no day's budget holds", () => {
  // One symbol alone needs some twenty calls of fifteen days each.
  const wish = { assetClass: "stock", interval: "15min", symbols: ["AAPL", "MSFT"] } as const;
  const config = parseConfig(
    JSON.stringify({ providers: { fmp: { plan: "starter", calls: { callsPerDay: 7 } } } }),
    "test",
  );
  const window = { fromMs: Date.parse("2026-01-01"), toMs: atMs };

  test("takes the calls and the days that its plan says", async () => {
    const [plan] = planBackfill({ config, provider: "fmp", wishes: [wish], atMs, window });
    const happened = await world(config, atMs).backfillToTheEnd({ ...wish, ...window, provider: "fmp" });
    expect(happened.calls).toBeGreaterThan(2 * 7 * 2);
    expect(plan).toMatchObject({
      calls: near(happened.calls),
      bars: near(happened.bars),
      durationMs: near(happened.durationMs),
      fits: false,
    });
    expect(plan!.problems).toEqual([expect.stringContaining(`it takes ${happened.days} days`)]);
  });
});

describe("a backfill of which one call costs more than a day's budget has", () => {
  test("asks for less at a time, and comes to its end as its plan says", async () => {
    const providers = { coinmarketcap: { plan: "hobbyist", calls: { creditsPerDay: 5 } } };
    const config = parseConfig(JSON.stringify({ providers }), "test");
    const wish = { assetClass: "crypto", interval: "1d", symbols: ["BTC-USD"] } as const;
    // 1,415 days until the end of 20 November 2026: in one call they cost 15 credits.
    const window = { fromMs: Date.UTC(2023, 0, 6), toMs: Date.UTC(2026, 10, 21) };
    const midnightMs = Date.UTC(2026, 10, 21);
    const provider = "coinmarketcap";
    const [plan] = planBackfill({ config, provider, wishes: [wish], atMs: midnightMs, window });
    const { backfillToTheEnd, charged } = world(config, midnightMs);
    const happened = await backfillToTheEnd({ ...wish, ...window, provider });
    expect(happened).toMatchObject({ calls: 3, days: 3, bars: 1_415 });
    expect(charged()).toBe(15);
    expect(plan).toMatchObject({ calls: 3, credits: 15, bars: near(1_415) });
    expect(plan!.problems).toEqual([expect.stringContaining("it takes 3 days")]);
  });
});

describe("a tick takes what its plan says", () => {
  test.each([
    ["fmp", { assetClass: "stock", interval: "15min", symbols }],
    ["yahoo", { assetClass: "stock", interval: "15min", symbols }],
    ["alpha_vantage", { assetClass: "stock", interval: "15min", symbols }],
    ["binance", { assetClass: "crypto", interval: "15min", symbols: ["BTC-USDT", "ETH-USDT"] }],
  ] as const)("by %s for %o", async (provider, wish) => {
    const config = parseConfig(JSON.stringify({ providers: paid }), "test");
    const [plan] = planTick({ config, provider, wishes: [wish], atMs: Date.UTC(2026, 10, 18) });
    // The middle of a day of New York's, after another tick.
    const { clock, run } = world(config, Date.UTC(2026, 10, 18, 17, 45));
    await run(provider, wish, {});
    await clock.advance(Date.UTC(2026, 10, 18, 18) - clock.nowMs());
    const happened = await run(provider, wish, {});
    expect(plan).toMatchObject({
      calls: near(happened.calls),
      bytes: near(happened.bytes),
      bars: near(happened.bars),
      durationMs: near(happened.durationMs),
    });
  });
});

describe("a refresh takes what its plan says", () => {
  test.each([
    ["fmp", { assetClass: "stock", interval: "1d", symbols }, 1_800],
    ["yahoo", { assetClass: "stock", interval: "15min", symbols }, 30],
    ["alpha_vantage", { assetClass: "stock", interval: "1d", symbols: symbols.slice(0, 3) }, 1_800],
    ["binance", { assetClass: "crypto", interval: "1d", symbols: ["BTC-USDT", "ETH-USDT"] }, 1_800],
  ] as const)("by %s for %o", async (provider, wish, lastDays) => {
    const config = parseConfig(JSON.stringify({ providers: paid }), "test");
    const [plan] = planTick({ config, provider, wishes: [wish], atMs: Date.UTC(2026, 10, 18) });
    // A Sunday, as maintenance.refresh has it.
    const happened = await world(config, Date.UTC(2026, 10, 22, 10)).run(provider, wish, { lastDays });
    expect(plan!.refresh!.series).toEqual([
      expect.objectContaining({
        calls: near(happened.calls),
        bytes: near(happened.bytes),
        bars: near(happened.bars),
      }),
    ]);
  });
});
