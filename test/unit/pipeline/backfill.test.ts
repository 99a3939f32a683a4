/** What a backfill keeps in mind, and what it does with symbols and bodies that are no good. */
import { describe, expect, test } from "vitest";
import { TerminalError } from "../../../core/errors.ts";
import { backfillKey } from "../../../core/lake/keys.ts";
import { backfill } from "../../../core/pipeline/backfill.ts";
import { extract } from "../../../core/pipeline/extract.ts";
import { InvalidKeyError } from "../../../core/providers/vendor/errors.ts";
import { UnknownSymbolError } from "../../../core/providers/errors.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { spanWorld, type SpanCall, type SpanVendor } from "../../helpers/span-vendor.ts";

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 10, 20, 9);
const [a, b, c] = ["A-USD", "B-USD", "C-USD"] as const;
/** Twelve days, in calls of five. */
const request = {
  assetClass: "crypto",
  interval: "1d",
  fromMs: Date.UTC(2026, 10, 8),
  toMs: Date.UTC(2026, 10, 20),
  symbols: [a, b, c],
} as const;
const callsOfAll = 9;

const worldWith = (onCall: (call: SpanCall) => void = () => {}, callsPerDay: number | null = null) =>
  spanWorld({
    startMs,
    interval: "1d",
    vendors: [{ id: "first", spanDays: 5, callsPerDay }],
    settings: { shardCounts: { ...defaultLakeSettings.shardCounts, crypto: 1 } },
    onCall,
  });

describe("the state of a backfill", () => {
  test("of a release that knew only symbols is gone on with: those left are asked for wholly", async () => {
    const world = worldWith();
    const { id } = await backfill(world.context, request);
    const old = { version: 1, scheduledMs: startMs, total: 3, left: [b] };
    const { curated } = world.context.stores;
    await curated.put(backfillKey(id), new TextEncoder().encode(JSON.stringify(old)));
    world.calls.length = 0;
    const result = await backfill(world.context, request);
    expect(new Set(world.calls.map(({ symbol }) => symbol))).toEqual(new Set([b]));
    expect(world.calls).toHaveLength(3);
    expect(result).toMatchObject({ done: 3, total: 3, share: 1, rows: 12, left: [] });
  });

  test("is newest first: a budget that is used up leaves the oldest bars of each symbol", async () => {
    const world = worldWith(() => {}, 4);
    const result = await backfill(world.context, request);
    expect(result).toMatchObject({ done: 0, total: 3, rows: 20, left: expect.arrayContaining([a, b, c]) });
    expect(result.share).toBeCloseTo(20 / 36);
    const newest = world.calls.slice(0, 3).map(({ fromMs, toMs }) => [fromMs, toMs]);
    expect(newest).toEqual(Array.from({ length: 3 }, () => [request.toMs - 5 * dayMs, request.toMs]));
  });

  test("gives what is asked for on another day another time of reception", async () => {
    const world = worldWith(() => {}, 4);
    await backfill(world.context, request);
    await world.clock.advance(2 * dayMs);
    await backfill(world.context, request);
    const dates = new Set<string>();
    for await (const { key } of world.context.stores.raw.list("raw/parquet/")) {
      dates.add(/dt=([\d-]+)/.exec(key)![1]!);
    }
    expect(dates).toEqual(new Set(["2026-11-20", "2026-11-22"]));
  });
});

describe("a backfill", () => {
  test("asks once for a symbol that nobody knows, and counts it as done", async () => {
    const world = worldWith(({ symbol }) => {
      if (symbol === b) throw new UnknownSymbolError(b, "who is that");
    });
    const result = await backfill(world.context, request, { chunkSymbols: 1 });
    expect(result).toMatchObject({ done: 3, total: 3, left: [] });
    expect(world.calls.filter(({ symbol }) => symbol === b)).toHaveLength(1);
  });

  test("keeps what came beside an answer that no retry helps, and tells of it", async () => {
    let isBroken = true;
    const world = worldWith(({ symbol, toMs }) => {
      if (isBroken && symbol === b && toMs === request.toMs) throw new TerminalError("no bars, but a poem");
    });
    const first = await backfill(world.context, request);
    expect(first.left).toEqual([b]);
    world.calls.length = 0;
    await expect(backfill(world.context, request)).rejects.toThrow("a poem");
    isBroken = false;
    world.calls.length = 0;
    expect((await backfill(world.context, request)).left).toEqual([]);
    expect(world.calls).toMatchObject([{ symbol: b, toMs: request.toMs }]);
  });

  test("stops at the first unit where a key is refused", async () => {
    const world = worldWith(() => {
      throw new InvalidKeyError("the key is wrong");
    });
    const sitting = backfill(world.context, request, { chunkSymbols: 1 });
    await expect(sitting).rejects.toThrow(InvalidKeyError);
    expect(world.calls.length).toBeLessThan(callsOfAll);
  });
});

describe("a backfill that reaches further back than a provider's history", () => {
  // Midnight, so that histories begin with a bar.
  const atMs = Date.UTC(2026, 10, 20);
  const worldOf = (vendors: readonly SpanVendor[]) => spanWorld({ startMs: atMs, interval: "1d", vendors });
  const recent = { id: "recent", spanDays: 5, historyDays: 4 };

  test("asks the next for what is older, and only for that", async () => {
    const world = worldOf([recent, { id: "old", spanDays: 5 }]);
    const result = await backfill(world.context, { ...request, symbols: [a] });
    const asked = world.calls.map(({ provider, fromMs, toMs }) => [
      provider,
      (atMs - fromMs) / dayMs,
      (atMs - toMs) / dayMs,
    ]);
    expect(asked).toEqual([
      ["recent", 4, 0],
      ["old", 9, 4],
      ["old", 12, 9],
    ]);
    expect(result).toMatchObject({ rows: 12, left: [], reachMs: null });
  });

  test("ends, and says which bars nobody has", async () => {
    const world = worldOf([recent]);
    const result = await backfill(world.context, { ...request, symbols: [a] });
    expect(result).toMatchObject({ rows: 4, left: [], reachMs: atMs - 4 * dayMs });
    const { fromMs, toMs } = request;
    const { note } = await extract(world.context, {
      version: 1,
      kind: "extract",
      assetClass: "crypto",
      interval: "1d",
      symbols: [a],
      scheduledTime: new Date(atMs).toISOString(),
      trigger: "test",
      window: { fromMs, toMs },
    });
    expect(note).toBe("no provider asked has bars of before 2026-11-16T00:00:00.000Z any more");
  });
});
