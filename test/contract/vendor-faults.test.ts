/** Every vendor adapter, asked with resilience through every fault, ends with the rows that it has without faults. */
import { describe, expect, test } from "vitest";
import { toRows } from "../../core/columnar/batch.ts";
import { createProviders } from "../../core/providers/registry.ts";
import type { BarQuery, Provider, ProviderIo } from "../../core/providers/provider.ts";
import { resiliencePolicySchema, resilient } from "../../core/providers/resilience/index.ts";
import { rawBars } from "../../core/tables/index.ts";
import { fetchHttpClient } from "../../lambdas/shared/fetch-http-client.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import { passingFaults, seededFaults, type Fault, type FaultPlan } from "../helpers/replay-server/faults.ts";
import { replayHttpClient } from "../helpers/replay-server/http-client.ts";
import { syntheticMarket } from "../helpers/replay-server/market.ts";
import { vendorRoutes } from "../helpers/replay-server/routes.ts";
import { startReplayServer } from "../helpers/replay-server/server.ts";
import { ReplayVendors } from "../helpers/replay-server/vendors.ts";
import { inVirtualTime } from "../helpers/virtual-time.ts";

// A Friday evening after the close in New York.
const nowMs = Date.UTC(2026, 10, 20, 22);
const window = { fromMs: Date.UTC(2026, 10, 18), toMs: nowMs, asOfMs: nowMs };
const stocks: BarQuery = { assetClass: "stock", interval: "15min", symbols: ["AAPL", "MSFT"], ...window };
const coins: BarQuery = {
  assetClass: "crypto",
  interval: "15min",
  symbols: ["BTC-USD", "ETH-USD"],
  ...window,
};

/** What each vendor is asked. */
const queries: Readonly<Record<string, BarQuery>> = {
  yahoo: stocks,
  fmp: stocks,
  alpha_vantage: stocks,
  coinmarketcap: { ...coins, interval: "1d" },
  binance: coins,
};

/** Rows by symbol and time, as the lake keeps them: duplicates and order are not told apart. */
async function barsOf(provider: Provider, query: BarQuery, io: ProviderIo): Promise<Map<string, unknown>> {
  const bars = new Map<string, unknown>();
  for (const request of provider.transformQuery(query)) {
    const response = await provider.extract(request, io);
    const received = await provider.transform(response, request, {
      assetClass: query.assetClass,
      interval: query.interval,
      provider: provider.id,
      runId: "run",
      ingestedAtMs: nowMs,
      adjustment: provider.adjustment,
      currency: null,
    });
    for (const { symbol, ts, open, high, low, close, parse_error } of toRows(rawBars, received.bars)) {
      bars.set(`${symbol} ${ts}`, [open, high, low, close, parse_error]);
    }
  }
  return bars;
}

const secrets = { get: () => Promise.resolve("k3y") };

async function answered(id: string, faults?: FaultPlan): Promise<Map<string, unknown>> {
  const clock = new VirtualClock(nowMs);
  const market = syntheticMarket({ nowMs: () => nowMs });
  const options = { routes: vendorRoutes, market, clock };
  const vendors = new ReplayVendors(faults === undefined ? options : { ...options, faults });
  const policy = resiliencePolicySchema.parse({ breaker: { failuresMax: 100 } });
  const ports = { store: new MemoryObjectStore(), clock, random: () => 0.5 };
  const provider = resilient(createProviders().get(id)!, policy, ports);
  const io = { http: replayHttpClient(vendors, clock), secrets };
  return inVirtualTime(clock, barsOf(provider, queries[id]!, io));
}

/** Spoils every request the first time it comes. */
function firstTime(fault: Fault): FaultPlan {
  const seen = new Set<string>();
  return ({ path, query }) => {
    const identity = JSON.stringify([path, query]);
    if (seen.has(identity)) return null;
    seen.add(identity);
    return fault;
  };
}

describe.each(Object.keys(queries))("%s", (id) => {
  test("has bars of both symbols for the window", async () => {
    const bars = await answered(id);
    const symbols = new Set([...bars.keys()].map((key) => key.split(" ")[0]));
    expect(symbols).toEqual(new Set(queries[id]!.symbols));
    expect(bars.size).toBeGreaterThan(queries[id]!.interval === "1d" ? 3 : 100);
  });

  test.each(passingFaults)("answers the same after the fault %s", async (fault) => {
    expect(await answered(id, firstTime(fault))).toEqual(await answered(id));
  });
});

test("over real connections a faulty vendor answers what a good one does", async () => {
  const faults = seededFaults({
    seed: 3,
    rate: 0.7,
    kinds: ["reset", "timeout", "truncated_json", "server_error"],
  });
  const market = syntheticMarket({ nowMs: () => nowMs });
  const server = await startReplayServer({ market, faults });
  try {
    const policy = resiliencePolicySchema.parse({
      calls: { gapMs: 0, batchGapMs: 0 },
      retry: { backoffMs: 1 },
      breaker: { failuresMax: 100 },
      timeoutMs: 1_000,
    });
    const provider = createProviders({ vendors: { yahoo: { baseUrl: server.baseUrl } } }).get("yahoo")!;
    const ports = { store: new MemoryObjectStore(), clock: systemClock, random: () => 0.5 };
    const query = { ...stocks, symbols: ["AAPL", "MSFT", "NVDA", "TSLA"] };
    const bars = await barsOf(resilient(provider, policy, ports), query, { http: fetchHttpClient, secrets });
    const truth = query.symbols.flatMap((symbol) =>
      market
        .bars({ ...query, symbol, basis: "split" })
        .map(({ tsMs, close }) => [`${symbol} ${tsMs}`, close]),
    );
    const closes = [...bars].map(([key, cells]) => [key, (cells as number[])[3]]);
    expect(Object.fromEntries(closes)).toEqual(Object.fromEntries(truth));
    expect(server.log.filter(({ fault }) => fault !== null).length).toBeGreaterThan(2);
  } finally {
    await server.close();
  }
});
