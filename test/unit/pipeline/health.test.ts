import { describe, expect, test, vi } from "vitest";
import { UnreadableObjectError } from "../../../core/errors.ts";
import { providerLaneKey, watermarkKey } from "../../../core/lake/keys.ts";
import { checkHealth } from "../../../core/pipeline/health.ts";
import { raiseWatermarks } from "../../../core/pipeline/watermarks.ts";
import { encodeLaneState, freshLane } from "../../../core/providers/resilience/lane-state.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { dailyBar, MemoryLake } from "../../helpers/memory-lake.ts";
import { memoryPipeline } from "../../helpers/memory-pipeline.ts";

const stock = { assetClass: "stock", interval: "15min" } as const;
// Friday, 13:00 in New York: the bar from 11:45 (16:45 UTC) should be there.
const nowMs = Date.parse("2026-11-20T18:00:00Z");
const barOf = (time: string) => ({ barMs: Date.parse(`2026-11-20T${time}:00Z`), close: 1 });

async function lakeWithMarks() {
  const { context, stores } = memoryPipeline({ providerChains: { stock: ["fmp", "yahoo"] } });
  const raise = (provider: string, shard: number, marks: Record<string, ReturnType<typeof barOf>>) =>
    raiseWatermarks(context, { ...stock, provider, shard }, new Map(Object.entries(marks)));
  await raise("fmp", 0, { AAPL: barOf("15:00"), MSFT: barOf("16:45") });
  await raise("yahoo", 0, { AAPL: barOf("16:45") });
  await raise("fmp", 3, { IBM: barOf("16:30") });
  return { context, stores };
}

describe("bars that no watermark tells of", () => {
  const etf = { assetClass: "etf", interval: "1d" } as const;
  const settings = { ...defaultLakeSettings, shardCounts: { ...defaultLakeSettings.shardCounts, etf: 1 } };
  const friday = Date.parse("2026-11-20") / 86_400_000;
  // Saturday noon: the bars of Friday should be there.
  const saturdayMs = Date.parse("2026-11-21T12:00:00Z");
  const symbols = ["MARKED", "LOADED", "OPEN", "NEVER"];

  async function lakeAfterRefill() {
    const lake = new MemoryLake(settings);
    const thursday = { barMs: Date.parse("2026-11-19"), close: 1 };
    const marks = new Map(["MARKED", "OPEN"].map((symbol) => [symbol, thursday]));
    await raiseWatermarks(lake.context, { ...etf, provider: "fmp", shard: 0 }, marks);
    await lake.receive(saturdayMs, etf, [
      dailyBar("MARKED", friday, 1, { ingested_at: saturdayMs }),
      dailyBar("LOADED", friday, 1, { ingested_at: saturdayMs }),
      dailyBar("OPEN", friday, 1, { ingested_at: saturdayMs, is_final: false }),
    ]);
    return lake;
  }

  test("are found in the lake, final ones only", async () => {
    const { context } = await lakeAfterRefill();
    const { freshness } = await checkHealth(context, [{ ...etf, symbols }], saturdayMs);
    expect(freshness).toMatchObject([
      {
        newestBar: "2026-11-20T00:00:00.000Z",
        barsBehind: 0,
        symbols: 4,
        symbolsBehind: 2,
        furthestBehind: ["NEVER", "OPEN"],
      },
    ]);
  });

  test("are not looked for while the watermarks tell of all", async () => {
    const { context, curated } = await lakeAfterRefill();
    const read = vi.spyOn(curated, "get");
    const fridayMs = Date.parse("2026-11-20T12:00:00Z");
    await checkHealth(context, [{ ...etf, symbols: ["MARKED"] }], fridayMs);
    expect(read.mock.calls).toEqual([[watermarkKey("fmp", etf, 0)]]);
  });
});

describe("the health check", () => {
  test("takes of each symbol what any provider has brought, over all shards", async () => {
    const { context } = await lakeWithMarks();
    const { freshness } = await checkHealth(context, [stock], nowMs);
    expect(freshness).toMatchObject([
      {
        ...stock,
        newestBar: "2026-11-20T16:45:00.000Z",
        symbols: 3,
        symbolsBehind: 1,
        furthestBehind: ["IBM"],
      },
    ]);
  });

  test("tells symbols of which nothing has come where it is told of them", async () => {
    const { context } = await lakeWithMarks();
    const { freshness } = await checkHealth(context, [{ ...stock, symbols: ["AAPL", "NEW"] }], nowMs);
    expect(freshness).toMatchObject([{ symbols: 2, symbolsBehind: 1, furthestBehind: ["NEW"] }]);
  });

  test("keeps series apart, and reads no marks of those that nobody watches", async () => {
    const { context, stores } = await lakeWithMarks();
    await stores.curated.put(watermarkKey("fmp", { ...stock, interval: "1h" }, 0), new Uint8Array([1]));
    const { freshness } = await checkHealth(context, [{ ...stock, interval: "1d" }], nowMs);
    expect(freshness).toMatchObject([{ interval: "1d", newestBar: null, symbols: 0 }]);
  });

  test("tells how every provider is that was ever called, and those of the chains", async () => {
    const { context, stores } = await lakeWithMarks();
    const lane = { ...freshLane, breaker: { failures: 5, openedAtMs: nowMs - 1, probeAtMs: null } };
    await stores.curated.put(providerLaneKey("yahoo"), encodeLaneState(lane));
    const { providers, problems } = await checkHealth(context, [stock], nowMs);
    expect(providers).toMatchObject([
      { provider: "fmp", breaker: "closed" },
      { provider: "yahoo", breaker: "open" },
    ]);
    expect(problems.map(({ subject }) => subject)).toEqual(["yahoo", "stock 15min"]);
  });

  test("has nothing to tell of an empty lake that watches nothing", async () => {
    const report = await checkHealth(memoryPipeline().context, [], nowMs);
    expect(report).toEqual({ at: "2026-11-20T18:00:00.000Z", problems: [], providers: [], freshness: [] });
  });

  test("names the object that is damaged", async () => {
    const { context, stores } = await lakeWithMarks();
    const key = watermarkKey("fmp", stock, 0);
    await stores.curated.put(key, new TextEncoder().encode("{"));
    await expect(checkHealth(context, [stock], nowMs)).rejects.toThrow(UnreadableObjectError);
    await expect(checkHealth(context, [stock], nowMs)).rejects.toThrow(key);
  });
});
