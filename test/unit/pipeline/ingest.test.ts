import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toRows } from "../../../core/columnar/batch.ts";
import { decodeParquet } from "../../../core/columnar/parquet.ts";
import { parseRawBarsKey } from "../../../core/lake/keys.ts";
import { shardOf } from "../../../core/lake/sharding.ts";
import { parseMessage, transformMessageSchema, type TransformMessage } from "../../../core/messages/index.ts";
import { RawIngest } from "../../../core/pipeline/ingest.ts";
import { timeRange } from "../../../core/pipeline/raw-groups.ts";
import { rawBars } from "../../../core/tables/index.ts";
import { rawBatch, rawRow, type RawRow } from "../../helpers/bar-rows.ts";
import { dailyReceipt } from "../../helpers/csv.ts";
import { keysOf, memoryPipeline } from "../../helpers/memory-pipeline.ts";

const scheduledMs = Date.UTC(2026, 10, 20, 22);
const receipt = { ...dailyReceipt, runId: "run-1" };
const dayMs = 86_400_000;
type Pipeline = ReturnType<typeof memoryPipeline>;

async function ingest({ context }: Pipeline, batches: readonly (readonly Partial<RawRow>[])[]) {
  const way = new RawIngest(context, receipt, scheduledMs);
  for (const rows of batches) await way.add(rawBatch(rows));
  return way.finish();
}

async function storedObjects({ stores }: Pipeline) {
  const keys = await keysOf(stores.raw, rawBars.prefix);
  return Promise.all(
    keys.map(async (key) => {
      const object = await stores.raw.get(key);
      return { key, rows: toRows(rawBars, await decodeParquet(rawBars, key, object!.bytes)) };
    }),
  );
}

const messagesOf = ({ sent }: Pipeline): TransformMessage[] =>
  sent.transform.map(({ body }) => parseMessage(transformMessageSchema, body));

/** Rows with all that a provider can get wrong about their place: no symbol, no time, times that no lake has. */
const row = fc
  .record({
    symbol: fc.constantFrom("AAPL", "MSFT", "^GSPC", "BTC-USD", "CL=F", null),
    ts: fc.oneof(
      fc.integer({ min: -25_000, max: 40_000 }).map((day) => day * dayMs),
      fc.constantFrom(null, -1e14, 1e15),
    ),
    volume: fc.nat(),
  })
  .map(rawRow);
const inputs = fc.array(fc.array(row, { maxLength: 12 }), { maxLength: 4 });

const shown = (of: readonly RawRow[]) => of.map((one) => JSON.stringify(one)).sort();

describe("RawIngest", () => {
  it("puts every row into exactly one object, that of its symbol's shard, as it came", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (batches) => {
        const lake = memoryPipeline();
        const totals = await ingest(lake, batches);
        const objects = await storedObjects(lake);
        expect(shown(objects.flatMap(({ rows }) => rows))).toEqual(shown(batches.flat()));
        for (const { key, rows } of objects) {
          const { shard } = parseRawBarsKey(key)!;
          for (const { symbol } of rows) expect(symbol === null ? 0 : shardOf(symbol, 4)).toBe(shard);
        }
        expect(totals).toMatchObject({ rows: batches.flat().length, objects: objects.length });
      }),
    );
  });

  it("sorts the rows of an object by symbol and time, those without last", async () => {
    const lake = memoryPipeline();
    // AAPL and MSFT share a shard of four.
    const places = [
      { symbol: "MSFT", ts: 2 * dayMs },
      { symbol: "AAPL", ts: null },
      { symbol: "MSFT", ts: dayMs },
      { symbol: "AAPL", ts: dayMs },
    ];
    await ingest(lake, [places]);
    const [object] = await storedObjects(lake);
    const order = object!.rows.map(({ symbol, ts }) =>
      places.findIndex((p) => p.symbol === symbol && p.ts === ts),
    );
    expect(order).toEqual([3, 1, 2, 0]);
  });

  it("announces every object once, to its shard, with its rows and the range of its times", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (batches) => {
        const lake = memoryPipeline();
        await ingest(lake, batches);
        const objects = await storedObjects(lake);
        const announced = messagesOf(lake).flatMap(({ shard, sources }) =>
          sources.map((source) => ({ ...source, shard })),
        );
        expect(announced.map(({ key }) => key).sort()).toEqual(objects.map(({ key }) => key));
        for (const { key, rows } of objects) {
          const times = rows.flatMap(({ ts }) => (ts === null || Math.abs(ts) > 9e13 ? [] : [ts]));
          expect(announced.find((source) => source.key === key)).toEqual({
            key,
            shard: parseRawBarsKey(key)!.shard,
            rows: rows.length,
            fromMs: times.length === 0 ? 0 : Math.min(...times),
            toMs: times.length === 0 ? 1 : Math.max(...times) + 1,
          });
        }
      }),
    );
  });

  it("makes the same objects of the same rows, however they come in batches, and writes them once", async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (batches) => {
        const lake = memoryPipeline();
        await ingest(lake, batches);
        const keys = await keysOf(lake.stores.raw, "raw/");
        const again = await ingest(lake, [batches.flat()]);
        expect(await keysOf(lake.stores.raw, "raw/")).toEqual(keys);
        expect(again.bytesWritten).toBe(0);
      }),
    );
  });

  it("announces what an earlier attempt of the run wrote and this one did not make", async () => {
    const lake = memoryPipeline();
    await ingest(lake, [[{ symbol: "AAPL" }]]);
    const [earlier] = await keysOf(lake.stores.raw, rawBars.prefix);
    lake.sent.transform.length = 0;
    await ingest(lake, [[{ symbol: "AAPL", close: 104 }]]);
    const keys = messagesOf(lake).flatMap(({ sources }) => sources.map(({ key }) => key));
    expect(keys).toHaveLength(2);
    expect(keys).toContain(earlier);
  });

  it("keeps received bytes as they came, once", async () => {
    const { context, stores } = memoryPipeline();
    const body = Uint8Array.of(0xef, 0xbb, 0xbf, 0x0d, 0x00);
    for (let attempt = 0; attempt < 2; attempt++) {
      await new RawIngest(context, receipt, scheduledMs).keepReceived(body, 3, "csv");
    }
    const keys = await keysOf(stores.raw, "raw/csv/");
    expect(keys).toHaveLength(1);
    expect((await stores.raw.get(keys[0]!))!.bytes).toEqual(body);
  });

  it("sends nothing and writes nothing where nothing came", async () => {
    const lake = memoryPipeline();
    expect(await ingest(lake, [])).toEqual({ rows: 0, objects: 0, bytesWritten: 0, newestBarMs: null });
    expect(lake.sent.transform).toEqual([]);
  });

  it("keeps messages below 100 KiB and within their schema, however many objects a run makes", async () => {
    const lake = memoryPipeline({
      shardCounts: { ...memoryPipeline().context.settings.shardCounts, stock: 1 },
    });
    // Objects of earlier attempts count too, and are cheap to make.
    for (let i = 0; i < 450; i++) {
      const hash = i.toString(16).padStart(16, "0");
      const name = `${receipt.provider}-${receipt.runId}-shard-00-${hash}.parquet`;
      await lake.stores.raw.put(
        `raw/parquet/asset_class=stock/interval=1d/dt=2026-11-20/${name}`,
        Uint8Array.of(1),
      );
    }
    await ingest(lake, [[{}]]);
    expect(messagesOf(lake).reduce((sum, { sources }) => sum + sources.length, 0)).toBe(451);
    expect(lake.sent.transform.length).toBeGreaterThan(1);
    for (const { body, attributes } of lake.sent.transform) {
      expect(Buffer.byteLength(body)).toBeLessThan(100 * 1_024);
      expect(attributes).toEqual({ correlationId: receipt.runId });
    }
  });
});

describe("timeRange", () => {
  it("is half-open, over the times that bars can have", () => {
    expect(timeRange(Float64Array.of(5, Number.NaN, 3, 1e15))).toEqual({ fromMs: 3, toMs: 6 });
    expect(timeRange(Float64Array.of(Number.NaN))).toEqual({ fromMs: 0, toMs: 1 });
  });
});
