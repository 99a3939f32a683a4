/** Weekly refreshes whose day's budget holds a part of the universe only. */
import { describe, expect, test } from "vitest";
import { shardOf } from "../../../core/lake/sharding.ts";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import { extract } from "../../../core/pipeline/extract.ts";
import { inTurn } from "../../../core/pipeline/turns.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { spanWorld } from "../../helpers/span-vendor.ts";

const weekMs = 7 * 86_400_000;
/** A Sunday. */
const startMs = Date.UTC(2026, 10, 15, 10);
const refresh = (week: number): ExtractRequest => ({
  version: 1,
  kind: "extract",
  assetClass: "crypto",
  interval: "1d",
  scheduledTime: new Date(startMs + week * weekMs).toISOString(),
  trigger: "schedule",
  lastDays: 10,
});
const named = (count: number) => Array.from({ length: count }, (_, i) => `S${i}-USD`);

describe("a refresh on a small budget", () => {
  // 250 calls, three a symbol, as FMP's free plan has them.
  test.each([
    { symbols: 100, callsPerDay: 83, shards: 1 },
    { symbols: 100, callsPerDay: 20, shards: 4 },
    { symbols: 60, callsPerDay: 6, shards: 1 },
    { symbols: 60, callsPerDay: 6, shards: 8 },
  ])(
    "comes to every symbol in a bounded number of weeks: %o",
    async ({ symbols: count, callsPerDay, shards }) => {
      const symbols = named(count);
      const world = spanWorld({
        startMs: startMs - weekMs,
        interval: "1d",
        vendors: [{ id: "first", spanDays: 30, callsPerDay }],
        settings: { shardCounts: { ...defaultLakeSettings.shardCounts, crypto: shards } },
      });
      const first = world.context.providers.get("first")!;
      const providers = new Map([["first", { ...first, universe: () => Promise.resolve(symbols) }]]);
      const { lastDays: _, ...tick } = refresh(-1);
      await extract({ ...world.context, providers }, tick);
      await world.clock.advance(weekMs);
      const weeksMax = Math.ceil((3 * count) / callsPerDay);
      const weekOf = new Map(symbols.map((symbol) => [symbol, 0]));
      for (let week = 0; week < 5 * weeksMax; week++) {
        world.calls.length = 0;
        await extract({ ...world.context, providers }, refresh(week));
        expect(world.calls).toHaveLength(callsPerDay);
        for (const { symbol } of world.calls) weekOf.set(symbol, week);
        for (const [symbol, last] of weekOf) expect(`${symbol} ${week - last < weeksMax}`).toMatch(/ true$/);
        await world.clock.advance(weekMs);
      }
    },
  );
});

describe("the order of a range request", () => {
  const symbols = named(1_000);

  test("keeps the symbols of a shard together, and has each once", () => {
    for (let week = 0; week < 20; week++) {
      const order = inTurn(refresh(week), symbols, 16);
      const changes = order.filter(
        (symbol, i) => i > 0 && shardOf(symbol, 16) !== shardOf(order[i - 1]!, 16),
      );
      expect(changes).toHaveLength(15);
      expect(order.toSorted()).toEqual(symbols.toSorted());
    }
  });

  test("is the same for the same time, and another a week later", () => {
    expect(inTurn(refresh(3), symbols, 4)).toEqual(inTurn(refresh(3), symbols, 4));
    expect(inTurn(refresh(4), symbols, 4)[0]).not.toBe(inTurn(refresh(3), symbols, 4)[0]);
  });

  test("of what is new is that of the universe, whose first symbols are kept current on any budget", () => {
    const { lastDays: _, ...tick } = refresh(0);
    expect(inTurn(tick, symbols, 4)).toEqual(symbols);
  });

  test("of no symbols is empty", () => {
    expect(inTurn(refresh(0), [], 4)).toEqual([]);
  });
});
