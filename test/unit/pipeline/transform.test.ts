import { beforeEach, describe, expect, it } from "vitest";
import { UnreadableObjectError } from "../../../core/errors.ts";
import {
  indicatorMessageSchema,
  parseMessage,
  transformMessageSchema,
  type TransformMessage,
} from "../../../core/messages/index.ts";
import { RawIngest } from "../../../core/pipeline/ingest.ts";
import { transform } from "../../../core/pipeline/transform.ts";
import { barsDaily } from "../../../core/tables/index.ts";
import { rawBatch, type RawRow } from "../../helpers/bar-rows.ts";
import { dailyReceipt } from "../../helpers/csv.ts";
import { keysOf, memoryPipeline } from "../../helpers/memory-pipeline.ts";
import { decodeParquet } from "../../../core/columnar/parquet.ts";
import { toRows } from "../../../core/columnar/batch.ts";

const scheduledMs = Date.UTC(2026, 10, 20, 12);
const last2025 = Date.UTC(2025, 11, 31);
const first2026 = Date.UTC(2026, 0, 2);

describe("transform", () => {
  let lake: ReturnType<typeof memoryPipeline>;
  beforeEach(() => {
    lake = memoryPipeline();
  });

  /** The message that asks for the rows of one run. */
  async function receive(runId: string, rows: readonly Partial<RawRow>[]): Promise<TransformMessage> {
    const way = new RawIngest(lake.context, { ...dailyReceipt, runId }, scheduledMs);
    await way.add(rawBatch(rows));
    await way.finish();
    const [sent] = lake.sent.transform.splice(0);
    return parseMessage(transformMessageSchema, sent!.body);
  }

  async function curated(): Promise<string[]> {
    const keys = await keysOf(lake.stores.curated, barsDaily.prefix);
    const batches = await Promise.all(
      keys.map(async (key) => decodeParquet(barsDaily, key, (await lake.stores.curated.get(key))!.bytes)),
    );
    return batches.flatMap((batch) => toRows(barsDaily, batch)).map(({ ts, close }) => `${ts} ${close}`);
  }

  it("takes everything readable, asks for its indicators, and then tells of what is not", async () => {
    const good = await receive("run-1", [{ ts: first2026 }]);
    const bad = await receive("run-2", [{ ts: last2025 }]);
    const [{ key }] = bad.sources as [TransformMessage["sources"][number]];
    await lake.stores.raw.put(key, new Uint8Array(3));
    const message = { ...good, sources: [...bad.sources, ...good.sources] };
    await expect(transform(lake.context, [message])).rejects.toThrow(UnreadableObjectError);
    await expect(transform(lake.context, [message])).rejects.toThrow(key);
    expect(await curated()).toEqual([`${first2026} 105`]);
    const [sent] = lake.sent.indicators;
    expect(parseMessage(indicatorMessageSchema, sent!.body).fromPeriod).toBe("2026");
  });

  it("takes rows outside the range that the message gives for their object", async () => {
    const [one, other] = [
      await receive("run-1", [{ ts: first2026, close: 106 }]),
      await receive("run-2", [{ ts: last2025 }]),
    ];
    // So many rows that each object gets a window of its own, in which its rows do not lie.
    const rows = 1_000_000;
    const sources = [
      { ...one.sources[0]!, rows, fromMs: Date.UTC(2020, 5), toMs: Date.UTC(2020, 6) },
      { ...other.sources[0]!, rows, fromMs: Date.UTC(2027, 5), toMs: Date.UTC(2027, 6) },
    ];
    await transform(lake.context, [{ ...one, sources }]);
    expect(await curated()).toEqual([`${last2025} 105`, `${first2026} 106`]);
  });

  it("asks for indicators from the first period on that has rows", async () => {
    const message = await receive("run-1", [{ ts: first2026 }, { ts: last2025 }]);
    await transform(lake.context, [message]);
    const bodies = lake.sent.indicators.map(({ body }) => parseMessage(indicatorMessageSchema, body));
    expect(bodies.map(({ fromPeriod }) => fromPeriod)).toEqual(["2025"]);
  });

  it("asks for nothing where no row is good", async () => {
    await transform(lake.context, [await receive("run-1", [{ close: -1 }])]);
    expect(lake.sent.indicators).toEqual([]);
    expect(await curated()).toEqual([]);
  });
});
