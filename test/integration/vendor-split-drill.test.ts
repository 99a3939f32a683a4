/** Vendors that tell of splits and dividends apart from bars, alone behind a lake: when they are asked, and what comes of it. */
import { describe, expect, it } from "vitest";
import { toRows, type Batch } from "../../core/columnar/batch.ts";
import { decodeParquet } from "../../core/columnar/parquet.ts";
import { parseConfig, lakeSettingsOf, providerSettingsOf } from "../../core/config/index.ts";
import {
  extractRequestSchema,
  parseMessage,
  transformMessageSchema,
  type ExtractRequest,
} from "../../core/messages/index.ts";
import { backfill } from "../../core/pipeline/backfill.ts";
import { extract, type ExtractContext } from "../../core/pipeline/extract.ts";
import { transform } from "../../core/pipeline/transform.ts";
import type { OutgoingMessage } from "../../core/ports.ts";
import { createProviders } from "../../core/providers/registry.ts";
import { barsDaily, corporateActions, eltJobLog, type Row, type Table } from "../../core/tables/index.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { replayHttpClient } from "../helpers/replay-server/http-client.ts";
import { syntheticMarket } from "../helpers/replay-server/market.ts";
import { vendorRoutes } from "../helpers/replay-server/routes.ts";
import { ReplayVendors } from "../helpers/replay-server/vendors.ts";
import { inVirtualTime } from "../helpers/virtual-time.ts";

const dayMs = 86_400_000;
// Monday, 16 November 2026, after the close of New York.
const startMs = Date.UTC(2026, 10, 16, 22);
const [victim, ...others] = ["ACME", "KO", "XOM", "JPM"] as const;
const symbols = [victim, ...others];
const actions = {
  [victim]: [
    { exDate: "2026-11-05", kind: "dividend", value: 4 },
    { exDate: "2026-11-18", kind: "split", value: 20 },
  ],
} as const;
const day = (date: string) => Date.parse(date) / dayMs;

/** A lake behind one vendor, which refuses some paths where it is told so. */
function world(provider: "fmp" | "alpha_vantage", { refused }: { readonly refused?: RegExp } = {}) {
  const clock = new VirtualClock(startMs);
  const market = syntheticMarket({ nowMs: () => clock.nowMs(), actions });
  const vendors = new ReplayVendors({ routes: vendorRoutes, market, clock });
  const http = replayHttpClient(vendors, clock);
  const config = parseConfig(JSON.stringify({ markets: { stock: { providers: [provider] } } }), "test");
  const [transforms, requests]: OutgoingMessage[][] = [[], []];
  const stores = { raw: new MemoryObjectStore(), curated: new MemoryObjectStore() };
  const context: ExtractContext = {
    stores,
    queues: {
      transform: { send: async (messages) => void transforms!.push(...messages) },
      indicators: { send: async () => {} },
    },
    requests: { send: async (messages) => void requests!.push(...messages) },
    clock,
    random: () => 0.5,
    settings: lakeSettingsOf(config),
    providers: createProviders(providerSettingsOf(config)),
    io: {
      http: {
        get: (request) =>
          refused?.test(request.url) === true
            ? Promise.resolve({
                status: 402,
                headers: {},
                body: new TextEncoder().encode(JSON.stringify({ "Error Message": "Exclusive Endpoint" })),
              })
            : http.get(request),
      },
      secrets: { get: () => Promise.resolve("k3y") },
    },
  };
  const run = async (request: ExtractRequest) => {
    await inVirtualTime(clock, extract(context, request));
    for (let next = transforms!.shift(); next !== undefined; next = transforms!.shift())
      await transform(context, [parseMessage(transformMessageSchema, next.body)]);
  };
  const asked: ExtractRequest = {
    version: 1,
    kind: "extract",
    assetClass: "stock",
    interval: "1d",
    symbols: [...symbols],
    scheduledTime: "",
    trigger: "schedule",
  };
  return {
    context,
    clock,
    vendors,
    rows: async <T extends Table>(table: T): Promise<Row<T>[]> => {
      const rows: Row<T>[] = [];
      for await (const { key } of stores.curated.list(table.prefix)) {
        const { bytes } = (await stores.curated.get(key))!;
        rows.push(...toRows(table, (await decodeParquet(table, key, bytes)) as Batch<T>));
      }
      return rows;
    },
    /** A run of today, and what it has handed on. Returns the calls of both. */
    ask: async (changes: Partial<ExtractRequest> = {}): Promise<[number, number]> => {
      const before = vendors.log.length;
      const scheduledTime = new Date(clock.nowMs()).toISOString();
      await run({ ...asked, ...changes, scheduledTime });
      const after = vendors.log.length;
      for (let next = requests!.shift(); next !== undefined; next = requests!.shift())
        await run(parseMessage(extractRequestSchema, next.body));
      return [after - before, vendors.log.length - after];
    },
    nextDay: async () => {
      await clock.advance(startMs + Math.ceil((clock.nowMs() - startMs + 1) / dayMs) * dayMs - clock.nowMs());
    },
  };
}

describe.each(["fmp", "alpha_vantage"] as const)("%s alone", (provider) => {
  it("is asked for splits and dividends of new symbols, not with every tick, and again by a refresh", async () => {
    const { ask, nextDay, rows } = world(provider);
    expect(await ask()).toEqual([3 * symbols.length, 0]);
    expect(await rows(corporateActions)).toMatchObject([
      { symbol: victim, kind: "dividend", ex_date: day("2026-11-05"), amount: 4 },
    ]);
    await nextDay();
    expect(await ask()).toEqual([symbols.length, 0]);
    await nextDay();
    expect((await ask({ lastDays: 35, symbols: [...others] }))[0]).toBe(3 * others.length);
    expect((await ask({ lastDays: 7, only: "gaps" }))[0]).toBeLessThanOrEqual(symbols.length);
  });

  it("is asked once by a backfill of many calls", async () => {
    const { context, clock, vendors } = world(provider);
    const request = { assetClass: "stock", interval: "1d", symbols: [victim], provider } as const;
    const range = { fromMs: Date.UTC(2012, 0), toMs: startMs };
    await inVirtualTime(clock, backfill(context, { ...request, ...range }));
    const asked = vendors.log.map(({ path, query }) => query["function"] ?? path.slice("/stable/".length));
    expect(asked.filter((name) => /splits|dividends/i.test(name))).toHaveLength(2);
  });
});

describe("a 20:1 split of which FMP alone tells", () => {
  it("is noticed by the next tick, brings its action and new history of that symbol only", async () => {
    const { ask, nextDay, rows, vendors } = world("fmp");
    await ask();
    await nextDay();
    await ask();
    await nextDay();
    // One call for the month of history, and one each for splits and dividends.
    expect(await ask()).toEqual([symbols.length, 3]);
    expect(vendors.log.slice(-3).map(({ query }) => query["symbol"])).toEqual([victim, victim, victim]);
    expect(await rows(corporateActions)).toMatchObject([
      // 4 were paid on a share that has become 20.
      { symbol: victim, kind: "dividend", ex_date: day("2026-11-05"), amount: 0.2, adjustment: "split" },
      { symbol: victim, kind: "split", ex_date: day("2026-11-18"), ratio: 20, provider: "fmp" },
    ]);
    const closes = (await rows(barsDaily))
      .filter(({ symbol }) => symbol === victim)
      .map(({ close }) => close);
    expect(closes.length).toBeGreaterThan(20);
    expect(Math.max(...closes) / Math.min(...closes)).toBeLessThan(2);
    await nextDay();
    expect(await ask()).toEqual([symbols.length, 0]);
  });
});

describe("a plan without splits and dividends", () => {
  it("still brings bars; the run says what it came without, and asks for it once", async () => {
    const { ask, rows, vendors } = world("fmp", { refused: /\/stable\/(?:splits|dividends)/ });
    await ask();
    expect((await rows(barsDaily)).map(({ symbol }) => symbol)).toEqual(expect.arrayContaining([...symbols]));
    // The bars of the symbol at which it was noticed are asked for twice.
    expect(vendors.log).toHaveLength(symbols.length + 1);
    const job = (await rows(eltJobLog)).find(({ stage }) => stage === "extract");
    expect(job!.status).toBe("succeeded");
    expect(job!.detail).toContain("bars without splits and dividends: fmp");
  });
});
