import { beforeEach, describe, expect, it } from "vitest";
import { toRows } from "../../../core/columnar/batch.ts";
import { decodeParquet } from "../../../core/columnar/parquet.ts";
import { parseMessage, transformMessageSchema } from "../../../core/messages/index.ts";
import { RawIngest } from "../../../core/pipeline/ingest.ts";
import { planRebuild, rebuildShard } from "../../../core/pipeline/rebuild.ts";
import { transform } from "../../../core/pipeline/transform.ts";
import { barsDaily, eltJobLog, quarantine } from "../../../core/tables/index.ts";
import { rawBatch, type RawRow } from "../../helpers/bar-rows.ts";
import { dailyReceipt } from "../../helpers/csv.ts";
import { keysOf, memoryPipeline } from "../../helpers/memory-pipeline.ts";

const noonMs = Date.UTC(2026, 10, 20, 12);
const laterMs = noonMs + 3_600_000;
type Pipeline = ReturnType<typeof memoryPipeline>;

/** Takes rows in as a run of their own, up to curated bars. */
async function receive({ context, sent }: Pipeline, runId: string, rows: readonly Partial<RawRow>[]) {
  const way = new RawIngest(context, { ...dailyReceipt, runId }, noonMs);
  await way.add(rawBatch(rows));
  await way.finish();
  for (const { body } of sent.transform.splice(0)) {
    await transform(context, [parseMessage(transformMessageSchema, body)]);
  }
}

async function rebuild({ context }: Pipeline, asOfMs: number) {
  const results = [];
  for (const wave of await planRebuild(context)) {
    for (const task of wave) results.push(await rebuildShard(context, task, { runId: "rebuild-1", asOfMs }));
  }
  return results;
}

async function curatedBars({ stores }: Pipeline) {
  const keys = await keysOf(stores.curated, barsDaily.prefix);
  const batches = await Promise.all(
    keys.map(async (key) => decodeParquet(barsDaily, key, (await stores.curated.get(key))!.bytes)),
  );
  return batches.flatMap((batch) => toRows(barsDaily, batch));
}

const shown = async (lake: Pipeline) =>
  (await curatedBars(lake)).map(({ symbol, close }) => `${symbol} ${close}`).sort();

describe("a rebuild", () => {
  let lake: Pipeline;
  beforeEach(async () => {
    lake = memoryPipeline();
    await receive(lake, "run-1", [
      { symbol: "AAPL", ingested_at: noonMs },
      { symbol: "MSFT", close: 107, ingested_at: laterMs },
    ]);
    await receive(lake, "run-2", [
      { symbol: "AAPL", close: 106, ingested_at: laterMs },
      { symbol: "MSFT", close: -1, ts: Date.UTC(2026, 10, 19), ingested_at: laterMs },
    ]);
  });

  it("of everything makes the rows and the quarantine that the lake has", async () => {
    const before = await curatedBars(lake);
    const quarantined = await keysOf(lake.stores.curated, quarantine.prefix);
    expect(await shown(lake)).toEqual(["AAPL 106", "MSFT 107"]);
    await rebuild(lake, Infinity);
    expect(await curatedBars(lake)).toEqual(before);
    expect(await keysOf(lake.stores.curated, quarantine.prefix)).toEqual(quarantined);
  });

  it("makes lost and broken objects again", async () => {
    const before = await curatedBars(lake);
    const [key] = await keysOf(lake.stores.curated, barsDaily.prefix);
    await lake.stores.curated.put(key!, Uint8Array.of(1, 2, 3));
    for (const lost of await keysOf(lake.stores.curated, quarantine.prefix))
      await lake.stores.curated.delete(lost);
    await rebuild(lake, Infinity);
    expect(await curatedBars(lake)).toEqual(before);
    expect(await keysOf(lake.stores.curated, quarantine.prefix)).toHaveLength(1);
  });

  it("as of a time drops rows received later, and the quarantine of rows that were not known", async () => {
    expect(await keysOf(lake.stores.curated, quarantine.prefix)).toHaveLength(1);
    await rebuild(lake, noonMs);
    expect(await shown(lake)).toEqual(["AAPL 105"]);
    expect(await keysOf(lake.stores.curated, quarantine.prefix)).toEqual([]);
  });

  it("as of a time takes in the rows received in its very millisecond", async () => {
    await rebuild(lake, laterMs - 1);
    expect(await shown(lake)).toEqual(["AAPL 105"]);
    await rebuild(lake, laterMs);
    expect(await shown(lake)).toEqual(["AAPL 106", "MSFT 107"]);
  });

  it("as of a time before everything leaves no bars, indicators and checkpoints", async () => {
    const prefixes = ["curated/bars_", "curated/indicators_", "curated/_state/indicators/"];
    const objects = () =>
      Promise.all(prefixes.map(async (prefix) => (await keysOf(lake.stores.curated, prefix)).length));
    await rebuild(lake, Infinity);
    expect(await objects()).toEqual([1, 1, 1]);
    await rebuild(lake, noonMs - 1);
    expect(await objects()).toEqual([0, 0, 0]);
  });

  it("counts rows that go to quarantine, each once, as far as they were known", async () => {
    const tomorrow = { ts: Date.UTC(2027, 0, 4), ingested_at: laterMs };
    await receive(lake, "run-3", [
      { symbol: "AAPL", high: 1, ingested_at: laterMs },
      { symbol: "MSFT", ...tomorrow },
      { symbol: "MSFT", ts: Date.UTC(2025, 10, 19), ingested_at: laterMs },
    ]);
    const counted = async (asOfMs: number) => {
      const results = await rebuild(lake, asOfMs);
      return results.map(({ rowsIn, rowsOut, rowsRejected }) => [rowsIn, rowsOut, rowsRejected]);
    };
    // The row of -1 in the second run, the high below the low and the bar of the future in the third.
    expect(await counted(laterMs)).toEqual([[7, 3, 3]]);
    expect(await counted(noonMs)).toEqual([[1, 1, 0]]);
    const log = await keysOf(lake.stores.curated, eltJobLog.prefix);
    const jobs = await Promise.all(
      log.map(async (key) =>
        toRows(eltJobLog, await decodeParquet(eltJobLog, key, (await lake.stores.curated.get(key))!.bytes)),
      ),
    );
    const rebuilt = jobs.flat().find(({ stage }) => stage === "rebuild");
    expect(rebuilt).toMatchObject({ rows_rejected: 0, rows_in: 1 });
  });

  it("leaves the raw zone as it is", async () => {
    const before = await keysOf(lake.stores.raw, "raw/");
    await rebuild(lake, noonMs);
    expect(await keysOf(lake.stores.raw, "raw/")).toEqual(before);
  });

  it("writes nothing into objects that are right already", async () => {
    await rebuild(lake, Infinity);
    const etags = async () => {
      const keys = await keysOf(lake.stores.curated, "curated/");
      const kept = keys.filter((key) => !key.startsWith(eltJobLog.prefix));
      return Promise.all(kept.map(async (key) => [key, (await lake.stores.curated.head(key))!.etag]));
    };
    const before = await etags();
    await rebuild(lake, Infinity);
    expect(await etags()).toEqual(before);
  });
});
