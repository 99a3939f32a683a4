import { beforeEach, describe, expect, it } from "vitest";
import {
  indicatorMessageSchema,
  parseMessage,
  transformMessageSchema,
  type IndicatorMessage,
} from "../../../core/messages/index.ts";
import { indicate } from "../../../core/pipeline/indicate.ts";
import { RawIngest } from "../../../core/pipeline/ingest.ts";
import { transform } from "../../../core/pipeline/transform.ts";
import { rawBatch } from "../../helpers/bar-rows.ts";
import { dailyReceipt } from "../../helpers/csv.ts";
import { keysOf, memoryPipeline } from "../../helpers/memory-pipeline.ts";

const scheduledMs = Date.UTC(2026, 10, 20, 12);
const years = [2023, 2024, 2025, 2026];

describe("indicate", () => {
  let lake: ReturnType<typeof memoryPipeline>;
  let message: IndicatorMessage;
  beforeEach(async () => {
    lake = memoryPipeline();
    const way = new RawIngest(lake.context, { ...dailyReceipt, runId: "run-1" }, scheduledMs);
    await way.add(rawBatch(years.map((year) => ({ ts: Date.UTC(year, 0, 2) }))));
    await way.finish();
    const [sent] = lake.sent.transform.splice(0);
    await transform(lake.context, [parseMessage(transformMessageSchema, sent!.body)]);
    message = parseMessage(indicatorMessageSchema, lake.sent.indicators.splice(0)[0]!.body);
  });

  const checkpoints = () => keysOf(lake.stores.curated, "curated/_state/indicators/");
  const indicators = () => keysOf(lake.stores.curated, "curated/indicators_daily/");

  it("computes at least one period and hands on the rest when time is up", async () => {
    let pending = [message];
    for (const done of years.keys()) {
      await indicate(lake.context, pending, 0);
      expect(await indicators()).toHaveLength(done + 1);
      const sent = lake.sent.indicators.splice(0);
      pending = sent.map(({ body }) => parseMessage(indicatorMessageSchema, body));
      expect(pending.map(({ fromPeriod }) => Number(fromPeriod))).toEqual(years.slice(done + 1, done + 2));
    }
  });

  it("computes the checkpoint that it builds on again where that is damaged or of another release", async () => {
    await indicate(lake.context, [message]);
    const damaged = (await checkpoints()).at(-2);
    const whole = await lake.stores.curated.get(damaged!);
    await lake.stores.curated.put(damaged!, Uint8Array.of(1, 2, 3));
    await indicate(lake.context, [{ ...message, fromPeriod: "2026" }]);
    expect((await lake.stores.curated.get(damaged!))!.bytes).toEqual(whole!.bytes);
  });

  it("makes missing indicators again, though the checkpoint after them stands", async () => {
    await indicate(lake.context, [message]);
    const before = await indicators();
    await lake.stores.curated.delete(before[1]!);
    await indicate(lake.context, [message]);
    expect(await indicators()).toEqual(before);
  });

  it("writes nothing where nothing has changed", async () => {
    await indicate(lake.context, [message]);
    const etags = async () =>
      Promise.all(
        [...(await indicators()), ...(await checkpoints())].map(
          async (key) => (await lake.stores.curated.head(key))!.etag,
        ),
      );
    const before = await etags();
    await indicate(lake.context, [message, message]);
    expect(await etags()).toEqual(before);
  });
});
