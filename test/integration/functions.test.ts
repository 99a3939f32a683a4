import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeParquet } from "../../core/columnar/parquet.ts";
import { createProviders } from "../../core/providers/registry.ts";
import { defaultLakeSettings } from "../../core/settings.ts";
import { barsDaily, indicatorsDaily } from "../../core/tables/index.ts";
import { createHandler as createExtract } from "../../lambdas/extract/handler.ts";
import { createHandler as createIndicators } from "../../lambdas/indicators/handler.ts";
import { S3ObjectStore } from "../../lambdas/shared/aws/s3-object-store.ts";
import { SqsWorkQueue } from "../../lambdas/shared/aws/sqs-work-queue.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import { createHandler as createTransform } from "../../lambdas/transform/handler.ts";
import { startEmulator, type Emulator } from "../helpers/emulator.ts";
import { functionEnvironment } from "../helpers/function-environment.ts";
import { sqsEvent, sqsRecord } from "../helpers/sqs-event.ts";
import type { ExtractRequest } from "../../core/messages/index.ts";
import { noIo } from "../helpers/provider-io.ts";

/** The three functions over the AWS adapters, with S3 and SQS behind HTTP. */
let emulator: Emulator;
let functions: ReturnType<typeof deploy>;

beforeAll(async () => {
  emulator = await startEmulator();
  functions = deploy();
});
afterAll(() => emulator.stop());

function makeQueue(name: string): SqsWorkQueue {
  return new SqsWorkQueue(emulator.sqs, emulator.server.createQueue(name).queueUrl);
}

function makeStore(name: string): S3ObjectStore {
  return new S3ObjectStore(emulator.s3, emulator.server.createBucket(name).bucketName);
}

function deploy() {
  const ports = {
    stores: { raw: makeStore("raw"), curated: makeStore("curated") },
    queues: { transform: makeQueue("transform"), indicators: makeQueue("indicators") },
    deadLetters: makeQueue("dead-letters"),
    clock: systemClock,
  };
  const environment = functionEnvironment();
  const settings = defaultLakeSettings;
  return {
    ports,
    extract: createExtract({
      environment,
      settings,
      ports: () => ({
        ...ports,
        requests: makeQueue("extract"),
        providers: createProviders(),
        io: noIo,
        random: () => 0.5,
      }),
    }),
    transform: createTransform({ environment, settings, ports: () => ports }),
    indicators: createIndicators({ environment, settings, ports: () => ports }),
  };
}

const invocation = { functionName: "f", awsRequestId: "r", getRemainingTimeInMillis: () => 60_000 };

/** Delivers what a queue holds to a function, as Lambda's event source does, and returns the correlation ids. */
async function deliver(from: SqsWorkQueue, to: typeof functions.transform): Promise<(string | undefined)[]> {
  const messages = await from.receive({ maxMessages: 10, visibilityTimeoutMs: 60_000 });
  const records = messages.map(({ messageId, body, attributes }) =>
    sqsRecord(messageId, body, { attributes }),
  );
  expect(await to(sqsEvent(...records), invocation)).toEqual({ batchItemFailures: [] });
  for (const { receiptHandle } of messages) await from.acknowledge(receiptHandle);
  return messages.map(({ attributes }) => attributes["correlationId"]);
}

const request: ExtractRequest = {
  version: 1,
  kind: "extract",
  assetClass: "stock",
  interval: "1d",
  provider: "synthetic",
  scheduledTime: "2026-11-20T22:00:00Z",
  trigger: "schedule",
  window: { fromMs: Date.UTC(2026, 9, 1), toMs: Date.UTC(2026, 10, 20) },
};

describe("the functions over S3 and SQS", () => {
  test("carry bars from a request to indicators, under one correlation id", async () => {
    const symbols = (await createProviders().get("synthetic")!.universe(request)).slice(0, 5);
    const extracted = await functions.extract({ ...request, symbols }, invocation);
    const { queues, stores, deadLetters } = functions.ports;
    const transformIds = await deliver(queues.transform, functions.transform);
    const indicatorIds = await deliver(queues.indicators, functions.indicators);
    expect(new Set([...transformIds, ...indicatorIds]).size).toBe(1);
    expect(transformIds[0]).toMatch(/^schedule-[0-9a-f]+$/);

    let bars = 0;
    let indicators = 0;
    for await (const { key } of stores.curated.list("curated/")) {
      const bytes = () => stores.curated.get(key).then((object) => object!.bytes);
      if (key.startsWith(barsDaily.prefix))
        bars += (await decodeParquet(barsDaily, key, await bytes())).rowCount;
      if (key.startsWith(indicatorsDaily.prefix)) {
        indicators += (await decodeParquet(indicatorsDaily, key, await bytes())).rowCount;
      }
    }
    // 2026-10-01 to 2026-11-19 has 36 sessions: weekdays, and no holiday of NYSE falls into it.
    expect(extracted.rowsIn).toBe(36 * symbols.length);
    expect(bars).toBe(36 * symbols.length);
    expect(indicators).toBe(bars);
    expect((await deadLetters.depth()).visible).toBe(0);
  });

  test("do the same work again without harm when a run is repeated", async () => {
    const { queues, stores } = functions.ports;
    const etags = async () => {
      const found: string[] = [];
      for await (const { key, etag } of stores.curated.list(barsDaily.prefix)) found.push(`${key} ${etag}`);
      return found;
    };
    const before = await etags();
    const symbols = (await createProviders().get("synthetic")!.universe(request)).slice(0, 5);
    await functions.extract({ ...request, symbols }, invocation);
    await deliver(queues.transform, functions.transform);
    expect(await etags()).toEqual(before);
  });

  test("dead-letter a message whose raw object is not Parquet, and name the object", async () => {
    const { stores, deadLetters } = functions.ports;
    const key = "raw/parquet/asset_class=stock/interval=1d/dt=2026-11-20/csv-run-shard-00-abc123.parquet";
    await stores.raw.put(key, new TextEncoder().encode("not Parquet"));
    const message = {
      version: 1,
      kind: "transform",
      runId: "run",
      scheduledMs: Date.UTC(2026, 10, 20),
      assetClass: "stock",
      interval: "1d",
      shard: 0,
      sources: [{ key, rows: 1, fromMs: Date.UTC(2026, 10, 19), toMs: Date.UTC(2026, 10, 20) }],
    };
    const answer = await functions.transform(sqsEvent(sqsRecord("m1", message)), invocation);
    expect(answer).toEqual({ batchItemFailures: [] });
    const [dead] = await deadLetters.receive({ maxMessages: 1, visibilityTimeoutMs: 1_000 });
    expect(dead!.attributes["cause"]).toContain(key);
    expect(dead!.attributes["errorType"]).toBe("UnreadableObjectError");
  });

  test("refuse a request that does not fit its schema", async () => {
    await expect(functions.extract({ ...request, interval: "2d" }, invocation)).rejects.toThrow(
      /does not fit its schema/,
    );
  });
});
