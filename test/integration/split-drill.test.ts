/** The classic bug of incremental fetching: history that is never adjusted after a split. */
import { describe, expect, it } from "vitest";
import { fromRows, toRows } from "../../core/columnar/batch.ts";
import { decodeParquet } from "../../core/columnar/parquet.ts";
import { advanceIndicators, IndicatorStates } from "../../core/indicators/index.ts";
import { shardOf } from "../../core/lake/sharding.ts";
import type { Adjustment } from "../../core/market.ts";
import { indicatorMessageSchema, parseMessage, transformMessageSchema } from "../../core/messages/index.ts";
import type { PipelineContext } from "../../core/pipeline/context.ts";
import { indicate } from "../../core/pipeline/indicate.ts";
import { RawIngest } from "../../core/pipeline/ingest.ts";
import { planRebuild, rebuildShard } from "../../core/pipeline/rebuild.ts";
import { transform } from "../../core/pipeline/transform.ts";
import type { OutgoingMessage, PutCondition } from "../../core/ports.ts";
import type { CorporateAction } from "../../core/providers/provider.ts";
import { defaultLakeSettings } from "../../core/settings.ts";
import { indicatorsDaily, rawBars, type Row } from "../../core/tables/index.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";

const dayMs = 86_400_000;
const settings = { ...defaultLakeSettings, shardCounts: { ...defaultLakeSettings.shardCounts, stock: 4 } };

/** A store that notes which keys are written. */
class CountingStore extends MemoryObjectStore {
  written: string[] = [];

  override async put(key: string, bytes: Uint8Array, condition?: PutCondition) {
    const result = await super.put(key, bytes, condition);
    if (result.written) this.written.push(key);
    return result;
  }
}

class Lake {
  readonly raw = new MemoryObjectStore();
  readonly curated = new CountingStore();
  readonly #transform: OutgoingMessage[] = [];
  readonly #indicators: OutgoingMessage[] = [];
  #nowMs = 0;
  readonly context: PipelineContext = {
    stores: { raw: this.raw, curated: this.curated },
    queues: {
      transform: { send: async (messages) => void this.#transform.push(...messages) },
      indicators: { send: async (messages) => void this.#indicators.push(...messages) },
    },
    clock: { nowMs: () => this.#nowMs, sleep: async () => {} },
    settings,
  };

  async receive(
    atMs: number,
    bars: readonly Row<typeof rawBars>[],
    actions: readonly CorporateAction[] = [],
  ): Promise<void> {
    this.#nowMs = atMs;
    const receipt = {
      assetClass: "stock",
      interval: "1d",
      provider: "csv",
      runId: `run-${atMs}`,
      ingestedAtMs: atMs,
      adjustment: "none",
      currency: "USD",
    } as const;
    const ingest = new RawIngest(this.context, receipt, atMs);
    await ingest.add(fromRows(rawBars, bars));
    const refusal = ingest.addActions(actions);
    if (refusal !== null) throw refusal;
    await ingest.finish();
    for (const { body } of this.#transform.splice(0))
      await transform(this.context, [parseMessage(transformMessageSchema, body)]);
    for (const { body } of this.#indicators.splice(0))
      await indicate(this.context, [parseMessage(indicatorMessageSchema, body)]);
  }

  async indicators(): Promise<Row<typeof indicatorsDaily>[]> {
    const rows: Row<typeof indicatorsDaily>[] = [];
    for await (const { key } of this.curated.list(indicatorsDaily.prefix)) {
      const { bytes } = (await this.curated.get(key))!;
      rows.push(...toRows(indicatorsDaily, await decodeParquet(indicatorsDaily, key, bytes)));
    }
    return rows;
  }

  /** Keys and bytes of the tables, without the job log. */
  async tables(): Promise<Map<string, Uint8Array>> {
    const objects = new Map<string, Uint8Array>();
    for (const table of ["bars_daily", "indicators_daily", "corporate_actions"]) {
      for await (const { key } of this.curated.list(`curated/${table}/`))
        objects.set(key, (await this.curated.get(key))!.bytes);
    }
    return objects;
  }
}

const symbols = Array.from({ length: 500 }, (_, index) => `S${String(index).padStart(3, "0")}`);
const victim = "S123";
const firstDay = Date.parse("2025-11-03") / dayMs;
const exDay = Date.parse("2026-01-15") / dayMs;
const exDate = "2026-01-15";
const days = 90;
const receivedMs = (firstDay + days) * dayMs;

/** Prices that wander, on a 20th of their level from the split on. */
function barOf(
  symbol: string,
  day: number,
  atMs: number,
  adjustment: Adjustment = "none",
): Row<typeof rawBars> {
  const level = 100 + Number(symbol.slice(1)) + 10 * Math.sin(day / 7 + Number(symbol.slice(1)));
  const close = Math.round((symbol === victim && day >= exDay ? level / 20 : level) * 1e4) / 1e4;
  return {
    symbol,
    ts: day * dayMs,
    open: close,
    high: close * 1.01,
    low: close * 0.99,
    close,
    adj_close: null,
    volume: 1000,
    currency: "USD",
    adjustment,
    is_final: true,
    provider: "csv",
    ingested_at: atMs,
    run_id: "run",
    parse_error: null,
    received_text: null,
  };
}

const barsOf = (list: readonly string[], from: number, to: number, atMs: number, adjustment?: Adjustment) =>
  list.flatMap((symbol) =>
    Array.from({ length: to - from }, (_, index) => barOf(symbol, from + index, atMs, adjustment)),
  );

/** Prices of before the split, divided by its ratio. */
function inNewShares(rows: Row<typeof rawBars>[]): Row<typeof rawBars>[] {
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

const keyOf = ({ symbol, ts }: { symbol: string; ts: number }) => `${symbol} ${ts}`;

describe("a 20:1 split of one of 500 symbols", () => {
  it("recomputes that symbol from its first bar, and no other rows and no other shard's objects", async () => {
    const lake = new Lake();
    await lake.receive(receivedMs, barsOf(symbols, firstDay, firstDay + days, receivedMs));
    const before = new Map((await lake.indicators()).map((row) => [keyOf(row), row]));
    lake.curated.written = [];

    await lake.receive(receivedMs + dayMs, [], [split]);

    const shard = `shard-0${shardOf(victim, 4)}`;
    const tables = lake.curated.written.filter((key) => !key.includes("elt_job_log"));
    expect(tables.toSorted()).toEqual([
      `curated/_state/indicators/asset_class=stock/interval=1d/${shard}/2025`,
      `curated/_state/indicators/asset_class=stock/interval=1d/${shard}/2026`,
      `curated/corporate_actions/asset_class=stock/${shard}.parquet`,
      `curated/indicators_daily/asset_class=stock/year=2025/${shard}.parquet`,
      `curated/indicators_daily/asset_class=stock/year=2026/${shard}.parquet`,
    ]);
    const after = await lake.indicators();
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
    const lake = new Lake();
    await lake.receive(receivedMs, barsOf([victim], firstDay, firstDay + days, receivedMs), [split]);
    lake.curated.written = [];
    await lake.receive(receivedMs + dayMs, [], [split]);
    expect(lake.curated.written.filter((key) => /indicators/.test(key) && !key.includes("job_log"))).toEqual(
      [],
    );
  });

  it("ends with the same objects in whatever order bars and split come, and after a rebuild", async () => {
    const some = ["S001", "S122", victim];
    const splitFirst = new Lake();
    const splitLast = new Lake();
    const splitMs = exDay * dayMs;
    const early = barsOf(some, firstDay, exDay, splitMs - dayMs);
    const late = barsOf(some, exDay, firstDay + days, receivedMs);
    await splitFirst.receive(splitMs, [], [split]);
    await splitFirst.receive(splitMs - dayMs, early);
    await splitFirst.receive(receivedMs, late);
    await splitLast.receive(receivedMs, late);
    await splitLast.receive(splitMs - dayMs, early);
    await splitLast.receive(splitMs, [], [split]);
    const expected = await splitFirst.tables();
    expect(await splitLast.tables()).toEqual(expected);

    for (const task of (await planRebuild(splitLast.context)).flat())
      await rebuildShard(splitLast.context, task, { runId: "rebuild", asOfMs: Infinity });
    expect(await splitLast.tables()).toEqual(expected);

    for (const task of (await planRebuild(splitLast.context)).flat())
      await rebuildShard(splitLast.context, task, { runId: "rebuild", asOfMs: splitMs - 1 });
    const asOf = await splitLast.tables();
    expect([...asOf.keys()].filter((key) => key.includes("corporate_actions"))).toEqual([]);
  });

  it("divides history that the vendor has not adjusted yet, and leaves it once the vendor has", async () => {
    const lake = new Lake();
    const beforeMs = exDay * dayMs - 1;
    await lake.receive(beforeMs, barsOf([victim], firstDay, exDay, beforeMs, "split"));
    await lake.receive(exDay * dayMs, [], [split]);
    const raw = barOf(victim, firstDay, beforeMs).close!;
    expect((await lake.indicators())[0]!.close).toBe(raw / 20);

    const adjustedMs = (exDay + 1) * dayMs;
    await lake.receive(adjustedMs, inNewShares(barsOf([victim], firstDay, exDay, adjustedMs, "split")));
    expect((await lake.indicators())[0]!.close).toBe(raw / 20);
  });

  it("applies a split that was called off no longer", async () => {
    const lake = new Lake();
    await lake.receive(receivedMs, barsOf([victim], firstDay, firstDay + 30, receivedMs));
    const before = (await lake.indicators()).map(({ close }) => close);
    await lake.receive(receivedMs + 1, [], [split]);
    await lake.receive(receivedMs + 2, [], [{ ...split, ratio: 1 }]);
    expect((await lake.indicators()).map(({ close }) => close)).toEqual(before);
  });
});
