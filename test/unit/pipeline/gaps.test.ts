/** Runs for gaps only, of crypto-currencies: a bar a day, at midnight UTC. */
import { describe, expect, test } from "vitest";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import { backfill } from "../../../core/pipeline/backfill.ts";
import { extract } from "../../../core/pipeline/extract.ts";
import { watermarksPrefix } from "../../../core/lake/keys.ts";
import { findGaps } from "../../../core/pipeline/gaps.ts";
import { spanWorld, type SpanWorldOptions } from "../../helpers/span-vendor.ts";

const dayMs = 86_400_000;
const at = (date: string) => Date.parse(date);
const vendors = [{ id: "first", spanDays: 5 }];
const symbol = "BTC-USD";
const morning = "2026-11-20T09:00:00.000Z";

const request = (changes: Partial<ExtractRequest>): ExtractRequest => ({
  version: 1,
  kind: "extract",
  assetClass: "crypto",
  interval: "1d",
  scheduledTime: morning,
  trigger: "schedule",
  symbols: [symbol],
  ...changes,
});
const window = (from: string, to: string) => ({ fromMs: at(from), toMs: at(to) });

/** A lake that holds what the market has of October and November, but for the days that the vendor once had not. */
async function lakeWithout(
  days: readonly string[],
  { known = "2026-10-01", ...options }: Partial<SpanWorldOptions> & { known?: string } = {},
) {
  const missing = new Set(days.map(at));
  const market = options.closeOf ?? ((_symbol: string, tsMs: number) => (tsMs < at(known) ? null : 1));
  let isIncomplete = true;
  const world = spanWorld({
    startMs: at(morning),
    interval: "1d",
    vendors,
    ...options,
    closeOf: (name, tsMs) => (isIncomplete && missing.has(tsMs) ? null : market(name, tsMs)),
  });
  await extract(world.context, request({ window: window(known, "2026-11-20"), trigger: "cli" }));
  await world.settle();
  await world.handedOn();
  isIncomplete = false;
  world.calls.length = 0;
  return world;
}

const asked = ({ calls }: { calls: readonly { fromMs: number; toMs: number }[] }) =>
  calls.map(({ fromMs, toMs }) => [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(5, 10)));

describe("a run for gaps", () => {
  test("asks for nothing where nothing is missing, and says so", async () => {
    const world = await lakeWithout([]);
    const result = await extract(world.context, request({ lastDays: 7, only: "gaps" }));
    expect(result).toMatchObject({ rowsIn: 0, note: "nothing missing" });
    expect(world.calls).toEqual([]);
  });

  test("asks for what is missing of the last days, and for no more", async () => {
    const world = await lakeWithout(["2026-11-02", "2026-11-17"]);
    const result = await extract(world.context, request({ lastDays: 7, only: "gaps" }));
    expect(asked(world)).toEqual([["11-17", "11-18"]]);
    expect(result).toMatchObject({ rowsIn: 1, note: "1 bars of 1 symbols were missing" });
    await world.settle();
    const again = await extract(
      world.context,
      request({ lastDays: 7, only: "gaps", scheduledTime: "2026-11-20T10:00:00.000Z" }),
    );
    expect(again.note).toBe("nothing missing");
  });

  test("asks for gaps near each other in one call, and for none that lie between gaps far apart", async () => {
    const world = await lakeWithout(["2026-10-05", "2026-10-08", "2026-11-12"]);
    await extract(world.context, request({ window: window("2026-10-01", "2026-11-20"), only: "gaps" }));
    expect(asked(world)).toEqual([
      ["10-05", "10-09"],
      ["11-12", "11-13"],
    ]);
  });

  test("moves no mark, whether or not it names a stretch", async () => {
    for (const stretch of [{}, { lastDays: 7 }, { window: window("2026-11-13", "2026-11-20") }]) {
      const world = await lakeWithout(["2026-11-18"]);
      const marks = async () => {
        const keys: string[] = [];
        for await (const { key } of world.context.stores.curated.list(watermarksPrefix)) keys.push(key);
        return keys;
      };
      const before = await marks();
      await extract(world.context, request({ ...stretch, only: "gaps" }));
      expect(world.calls).toHaveLength(1);
      expect(await marks()).toEqual(before);
    }
  });

  test("takes no more calls than the range from the first gap to the last", async () => {
    const everyOther = Array.from({ length: 25 }, (_, i) =>
      new Date(at("2026-10-01") + 2 * i * dayMs).toISOString().slice(0, 10),
    );
    const world = await lakeWithout(everyOther);
    await extract(world.context, request({ window: window("2026-10-01", "2026-11-20"), only: "gaps" }));
    expect(world.calls.length).toBeLessThanOrEqual(10);
    await world.settle();
    const range = { assetClass: "crypto", interval: "1d", ...window("2026-10-01", "2026-11-20") } as const;
    const left = { ...range, symbols: [symbol], asOfMs: range.toMs, beforeFirstBar: true };
    expect(await findGaps(world.context, left)).toEqual([]);
  });

  test("leaves out the days before a symbol was listed, unless a window is named", async () => {
    const world = await lakeWithout([], { known: "2026-11-17" });
    await extract(world.context, request({ lastDays: 7, only: "gaps" }));
    expect(world.calls).toEqual([]);
    await extract(world.context, request({ window: window("2026-11-13", "2026-11-20"), only: "gaps" }));
    expect(asked(world)).toEqual([["11-13", "11-17"]]);
  });

  test("knows from the object before that a symbol was listed earlier", async () => {
    const first = Array.from({ length: 5 }, (_, i) => `2026-01-0${i + 1}`);
    const world = await lakeWithout(first, { known: "2025-12-01" });
    const scheduledTime = "2026-01-06T09:00:00.000Z";
    await extract(world.context, request({ lastDays: 5, only: "gaps", scheduledTime }));
    expect(asked(world)).toEqual([["01-02", "01-06"]]);
  });

  test("asks again for a provisional bar once it is over", async () => {
    const world = await lakeWithout([]);
    await extract(world.context, request({ window: window("2026-11-20", "2026-11-21"), trigger: "cli" }));
    await world.settle();
    world.calls.length = 0;
    await extract(world.context, request({ lastDays: 3, only: "gaps" }));
    expect(world.calls).toEqual([]);
    const scheduledTime = "2026-11-21T09:00:00.000Z";
    await extract(world.context, request({ lastDays: 3, only: "gaps", scheduledTime }));
    expect(asked(world)).toEqual([["11-20", "11-21"]]);
  });

  test("asks no more often than the days it looks back for a bar that nobody has", async () => {
    const lost = at("2026-11-18");
    const world = await lakeWithout([], { closeOf: (_name, tsMs) => (tsMs === lost ? null : 1) });
    const callsByDay: number[] = [];
    for (let day = 0; day < 10; day++) {
      const scheduledTime = new Date(at(morning) + day * dayMs).toISOString();
      await extract(world.context, request({ trigger: "cli", scheduledTime }));
      await world.settle();
      world.calls.length = 0;
      await extract(world.context, request({ lastDays: 7, only: "gaps", scheduledTime }));
      await world.settle();
      callsByDay.push(world.calls.length);
    }
    // From 9:00 on the 25th, seven days back are after the midnight of the 18th.
    expect(callsByDay).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  });

  test("hands on the windows for which there was no time, and the shards not looked at", async () => {
    const world = await lakeWithout(["2026-10-05", "2026-11-12"]);
    const gaps = request({ window: window("2026-10-01", "2026-11-20"), only: "gaps" });
    await extract(world.context, gaps, { deadlineMs: 0 });
    expect(asked(world)).toEqual([["10-05", "10-06"]]);
    const [rest, ...others] = await world.handedOn();
    expect(others).toEqual([]);
    expect(rest).toMatchObject({ symbols: [symbol], window: window("2026-11-12", "2026-11-13") });
    expect(rest!.only).toBeUndefined();
    const symbols = ["BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD"];
    await extract(world.context, { ...gaps, symbols }, { deadlineMs: 0 });
    const untouched = (await world.handedOn()).find(({ only }) => only === "gaps");
    expect(untouched!.symbols!.length).toBeGreaterThan(0);
  });

  test("is no tick: it asks at night, too", async () => {
    const world = spanWorld({ startMs: at(morning), interval: "15min", vendors });
    const night: Partial<ExtractRequest> = {
      interval: "15min",
      assetClass: "stock",
      symbols: ["AAPL"],
      provider: "first",
    };
    const scheduledTime = "2026-11-20T04:00:00.000Z";
    const result = await extract(
      world.context,
      request({ ...night, scheduledTime, window: window("2026-11-19", "2026-11-20"), only: "gaps" }),
    );
    // A session of New York has 26 bars.
    expect(result.note).toMatch(/^26 bars of 1 symbols were missing/);
    expect(world.calls).toHaveLength(1);
  });
});

describe("a backfill of gaps", () => {
  const asked = {
    assetClass: "crypto",
    interval: "1d",
    symbols: [symbol],
    ...window("2026-10-01", "2026-11-20"),
    only: "gaps",
  } as const;

  test("brings what is missing and tells how much it was", async () => {
    const world = await lakeWithout(["2026-10-05", "2026-11-12"]);
    const result = await backfill(world.context, asked);
    expect(result).toMatchObject({ rows: 2, missing: { symbols: 1, bars: 2 }, left: [] });
    await world.settle();
    const gaps = await findGaps(world.context, { ...asked, asOfMs: asked.toMs, beforeFirstBar: true });
    expect(gaps).toEqual([]);
  });

  test("looks anew where it had come to its end", async () => {
    const world = await lakeWithout([]);
    expect(await backfill(world.context, asked)).toMatchObject({
      missing: { symbols: 0, bars: 0 },
      total: 0,
    });
    const { curated } = world.context.stores;
    for await (const { key } of curated.list("curated/bars_daily/")) await curated.delete(key);
    expect(await backfill(world.context, asked)).toMatchObject({
      missing: { symbols: 1, bars: 50 },
      rows: 50,
    });
  });
});
