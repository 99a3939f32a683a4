/** The classic bug of incremental fetching: history that is never adjusted after a split. */
import { describe, expect, it } from "vitest";
import { fromRows, toRows } from "../../core/columnar/batch.ts";
import { advanceIndicators, IndicatorStates } from "../../core/indicators/index.ts";
import { shardOf } from "../../core/lake/sharding.ts";
import type { Adjustment } from "../../core/market.ts";
import type { CorporateAction } from "../../core/providers/provider.ts";
import { defaultLakeSettings } from "../../core/settings.ts";
import { barsDaily, corporateActions, indicatorsDaily, rawBars } from "../../core/tables/index.ts";
import { dailyBar, MemoryLake, type RawRow } from "../helpers/memory-lake.ts";

const dayMs = 86_400_000;
const settings = { ...defaultLakeSettings, shardCounts: { ...defaultLakeSettings.shardCounts, stock: 4 } };
const stocks = { assetClass: "stock", interval: "1d" } as const;
const tables = [barsDaily, indicatorsDaily, corporateActions];

const symbols = Array.from({ length: 500 }, (_, index) => `S${String(index).padStart(3, "0")}`);
const victim = "S123";
const firstDay = Date.parse("2025-11-03") / dayMs;
const exDay = Date.parse("2026-01-15") / dayMs;
const exDate = "2026-01-15";
const days = 90;
const receivedMs = (firstDay + days) * dayMs;

/** Prices that wander, on a 20th of their level from the split on. */
function barOf(symbol: string, day: number, atMs: number, adjustment: Adjustment = "none"): RawRow {
  const level = 100 + Number(symbol.slice(1)) + 10 * Math.sin(day / 7 + Number(symbol.slice(1)));
  const close = Math.round((symbol === victim && day >= exDay ? level / 20 : level) * 1e4) / 1e4;
  return dailyBar(symbol, day, close, {
    high: close * 1.01,
    low: close * 0.99,
    adjustment,
    ingested_at: atMs,
  });
}

const barsOf = (list: readonly string[], from: number, to: number, atMs: number, adjustment?: Adjustment) =>
  list.flatMap((symbol) =>
    Array.from({ length: to - from }, (_, index) => barOf(symbol, from + index, atMs, adjustment)),
  );

/** Prices of before the split, divided by its ratio. */
function inNewShares(rows: RawRow[]): RawRow[] {
  for (const row of rows) {
    for (const price of ["open", "high", "low", "close"] as const) row[price] = row[price]! / 20;
  }
  return rows;
}

const split: CorporateAction = {
  symbol: victim,
  exDate,
  kind: "split",
  ratio: 20,
  amount: null,
  currency: null,
};

async function rawObjects({ context }: MemoryLake) {
  const { raw } = context.stores;
  const objects: { key: string; bytes: Uint8Array }[] = [];
  for await (const { key } of raw.list("")) objects.push({ key, bytes: (await raw.get(key))!.bytes });
  return objects;
}

const keyOf = ({ symbol, ts }: { symbol: string; ts: number }) => `${symbol} ${ts}`;

describe("a 20:1 split of one of 500 symbols", () => {
  it("recomputes that symbol from its first bar, and no other rows and no other shard's objects", async () => {
    const lake = new MemoryLake(settings);
    await lake.receive(receivedMs, stocks, barsOf(symbols, firstDay, firstDay + days, receivedMs));
    const before = new Map((await lake.rows(indicatorsDaily)).map((row) => [keyOf(row), row]));
    lake.curated.written = [];

    await lake.receive(receivedMs + dayMs, stocks, [], [split]);

    const shard = `shard-0${shardOf(victim, 4)}`;
    const written = lake.curated.written.filter((key) => !key.includes("elt_job_log"));
    expect(written.toSorted()).toEqual([
      `curated/_state/indicators/asset_class=stock/interval=1d/${shard}/2025`,
      `curated/_state/indicators/asset_class=stock/interval=1d/${shard}/2026`,
      `curated/corporate_actions/asset_class=stock/${shard}.parquet`,
      `curated/indicators_daily/asset_class=stock/year=2025/${shard}.parquet`,
      `curated/indicators_daily/asset_class=stock/year=2026/${shard}.parquet`,
    ]);
    const after = await lake.rows(indicatorsDaily);
    expect(after.length).toBe(symbols.length * days);
    const others = after.filter(({ symbol }) => symbol !== victim);
    expect(others).toEqual(others.map((row) => before.get(keyOf(row))));

    // The same series without a split, computed from prices that were never split.
    const whole = [
      ...inNewShares(barsOf([victim], firstDay, exDay, receivedMs)),
      ...barsOf([victim], exDay, firstDay + days, receivedMs),
    ];
    const { rows } = advanceIndicators(IndicatorStates.empty(), fromRows(rawBars, whole));
    expect(after.filter(({ symbol }) => symbol === victim)).toEqual(toRows(indicatorsDaily, rows));
    const closes = after.filter(({ symbol }) => symbol === victim).map(({ close }) => close);
    expect(Math.max(...closes) / Math.min(...closes)).toBeLessThan(1.2);
  });

  it("rewrites no indicators when the vendor reports it again", async () => {
    const lake = new MemoryLake(settings);
    await lake.receive(receivedMs, stocks, barsOf([victim], firstDay, firstDay + days, receivedMs), [split]);
    lake.curated.written = [];
    await lake.receive(receivedMs + dayMs, stocks, [], [split]);
    expect(lake.curated.written.filter((key) => /indicators/.test(key) && !key.includes("job_log"))).toEqual(
      [],
    );
  });

  it("ends with the same objects in whatever order bars and split come, and after a rebuild", async () => {
    const some = ["S001", "S122", victim];
    const splitFirst = new MemoryLake(settings);
    const splitLast = new MemoryLake(settings);
    const splitMs = exDay * dayMs;
    const early = barsOf(some, firstDay, exDay, splitMs - dayMs);
    const late = barsOf(some, exDay, firstDay + days, receivedMs);
    await splitFirst.receive(splitMs, stocks, [], [split]);
    await splitFirst.receive(splitMs - dayMs, stocks, early);
    await splitFirst.receive(receivedMs, stocks, late);
    await splitLast.receive(receivedMs, stocks, late);
    await splitLast.receive(splitMs - dayMs, stocks, early);
    await splitLast.receive(splitMs, stocks, [], [split]);
    const expected = await splitFirst.objects(tables);
    expect(await splitLast.objects(tables)).toEqual(expected);

    await splitLast.rebuild();
    expect(await splitLast.objects(tables)).toEqual(expected);

    await splitLast.rebuild(splitMs - 1);
    const asOf = await splitLast.objects(tables);
    expect([...asOf.keys()].filter((key) => key.includes("corporate_actions"))).toEqual([]);
  });

  it("divides history that the vendor has not adjusted yet, and leaves it once the vendor has", async () => {
    const lake = new MemoryLake(settings);
    const beforeMs = exDay * dayMs - 1;
    await lake.receive(beforeMs, stocks, barsOf([victim], firstDay, exDay, beforeMs, "split"));
    await lake.receive(exDay * dayMs, stocks, [], [split]);
    const raw = barOf(victim, firstDay, beforeMs).close!;
    expect((await lake.rows(indicatorsDaily))[0]!.close).toBe(raw / 20);

    const adjustedMs = (exDay + 1) * dayMs;
    await lake.receive(
      adjustedMs,
      stocks,
      inNewShares(barsOf([victim], firstDay, exDay, adjustedMs, "split")),
    );
    expect((await lake.rows(indicatorsDaily))[0]!.close).toBe(raw / 20);
  });

  it("of which the lake was told before changes nothing until the first bar in new shares, then all", async () => {
    const announced = new MemoryLake(settings);
    const told = new MemoryLake(settings);
    const announcedMs = (exDay - 20) * dayMs;
    const others = ["S001", "S122"];
    const names = [...others, victim];
    // The daily run of every session, at its close; the split is reported once, long before.
    await announced.receive(announcedMs, stocks, barsOf(names, firstDay, exDay - 20, announcedMs), [split]);
    const closesOf = async () =>
      (await announced.rows(indicatorsDaily))
        .filter(({ symbol }) => symbol === victim)
        .map((row) => row.close);
    for (let day = exDay - 20; day < exDay; day++) {
      const closeMs = day * dayMs + 75_600_000;
      await announced.receive(closeMs, stocks, barsOf(names, day, day + 1, closeMs));
    }
    const before = barsOf([victim], firstDay, exDay, 0).map(({ close }) => close);
    expect(await closesOf()).toEqual(before);

    // Bars of others on the ex-date say nothing of this symbol, which may not trade.
    const exMs = exDay * dayMs + 75_600_000;
    await announced.receive(exMs - 1, stocks, barsOf(others, exDay, exDay + 1, exMs));
    expect(await closesOf()).toEqual(before);

    announced.curated.written = [];
    await announced.receive(exMs, stocks, barsOf([victim], exDay, exDay + 1, exMs));
    const after = await closesOf();
    expect(after).toEqual([...before.map((close) => close! / 20), barOf(victim, exDay, exMs).close]);
    const shard = `shard-0${shardOf(victim, 4)}`;
    expect(announced.curated.written).toContain(
      `curated/indicators_daily/asset_class=stock/year=2025/${shard}.parquet`,
    );

    // The same as where the split is reported on the day itself, and as computed afresh.
    for (const { key, bytes } of await rawObjects(announced)) await told.context.stores.raw.put(key, bytes);
    await told.rebuild();
    expect(await told.objects([barsDaily, indicatorsDaily])).toEqual(
      await announced.objects([barsDaily, indicatorsDaily]),
    );
    await announced.receive(exMs + 1, stocks, [], [split]);
    expect(await closesOf()).toEqual(after);

    // As it was known on the eve of the ex-date, and then again as it is.
    await announced.rebuild(exMs - 2);
    expect(await closesOf()).toEqual(before);
    await announced.rebuild();
    expect(await closesOf()).toEqual(after);
  });

  it("applies a split that was called off no longer", async () => {
    const lake = new MemoryLake(settings);
    await lake.receive(receivedMs, stocks, barsOf([victim], firstDay, firstDay + 30, receivedMs));
    const before = (await lake.rows(indicatorsDaily)).map(({ close }) => close);
    await lake.receive(receivedMs + 1, stocks, [], [split]);
    await lake.receive(receivedMs + 2, stocks, [], [{ ...split, ratio: 1 }]);
    expect((await lake.rows(indicatorsDaily)).map(({ close }) => close)).toEqual(before);
  });
});
