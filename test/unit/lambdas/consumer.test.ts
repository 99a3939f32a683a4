import { describe, expect, test } from "vitest";
import { ConflictError } from "../../../core/errors.ts";
import { type TransformMessage, transformMessageSchema } from "../../../core/messages/index.ts";
import { sendMessages, type PipelineContext, type StageResult } from "../../../core/pipeline/context.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { createConsumer } from "../../../lambdas/shared/consumer.ts";
import { parseEnvironment } from "../../../lambdas/shared/env.ts";
import { transformEnvSchema } from "../../../lambdas/transform/env.ts";
import { MemoryObjectStore } from "../../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../../local/memory/virtual-clock.ts";
import { capturedLogs } from "../../helpers/captured-logs.ts";
import { functionEnvironment } from "../../helpers/function-environment.ts";
import { sqsEvent, sqsRecord } from "../../helpers/sqs-event.ts";

const startMs = Date.UTC(2026, 10, 20, 15, 0, 30);
const message: TransformMessage = {
  version: 1,
  kind: "transform",
  runId: "schedule-1",
  scheduledMs: startMs,
  assetClass: "stock",
  interval: "15min",
  shard: 0,
  sources: [{ key: "raw/secret-looking-key.parquet", rows: 1, fromMs: 0, toMs: 1 }],
};
const result: StageResult = {
  rowsIn: 10,
  rowsOut: 9,
  rowsRejected: 1,
  bytesIn: 500,
  bytesOut: 400,
  newestBarMs: Date.UTC(2026, 10, 20, 14, 45),
};
const invocation = {
  functionName: "transform",
  awsRequestId: "request-1",
  getRemainingTimeInMillis: () => 60_000,
};

/** A consumer on memory ports whose stage takes 250 ms. */
function makeConsumer(
  environment: Record<string, string> = {},
  stage: (context: PipelineContext, deadlineMs: number) => Promise<StageResult> = () =>
    Promise.resolve(result),
) {
  const clock = new VirtualClock(startMs);
  const store = new MemoryObjectStore();
  const queues = {
    transform: new MemoryWorkQueue(clock),
    indicators: new MemoryWorkQueue(clock),
  };
  const deadLetters = new MemoryWorkQueue(clock);
  const handler = createConsumer({
    stage: "transform",
    env: parseEnvironment(transformEnvSchema, { ...functionEnvironment(), ...environment }),
    settings: defaultLakeSettings,
    ports: { stores: { raw: store, curated: store }, queues, clock, deadLetters },
    schema: transformMessageSchema,
    run: async (context, _messages, deadlineMs) => {
      await clock.advance(250);
      return stage(context, deadlineMs);
    },
    names: () => false,
  });
  return { handler, queues, deadLetters };
}

const receiveAll = (queue: MemoryWorkQueue) => queue.receive({ maxMessages: 10, visibilityTimeoutMs: 1_000 });

const { lines, logs } = capturedLogs();

describe("correlation", () => {
  test("follows the run from the received message to the ones sent on", async () => {
    const { handler, queues } = makeConsumer({}, async (context) => {
      await sendMessages(context.queues.indicators, [message], message.runId);
      return result;
    });
    const record = sqsRecord("m1", message, { attributes: { correlationId: message.runId } });
    await handler(sqsEvent(record), invocation);
    expect((await receiveAll(queues.indicators))[0]!.attributes).toEqual({ correlationId: "schedule-1" });
  });

  test("stands in the log of a run, with all figures and the request", async () => {
    const { handler } = makeConsumer({ LOG_LEVEL: "INFO" });
    await handler(sqsEvent(sqsRecord("m1", message)), invocation);
    expect(logs()).toHaveLength(1);
    expect(logs()[0]).toMatchObject({
      level: "INFO",
      message: "stage run",
      service: "transform",
      correlation_id: "run-1",
      function_request_id: "request-1",
      assetClass: "stock",
      interval: "15min",
      RowsIn: 10,
      RowsOut: 9,
      RowsRejected: 1,
      BytesIn: 500,
      BytesOut: 400,
      DurationMs: 250,
      // From the end of the 14:45 bar, 15:00:00, to 15:00:30.25.
      FreshnessMs: 30_250,
    });
  });

  test("is the message's id where the message has none", async () => {
    const { handler } = makeConsumer({ LOG_LEVEL: "INFO" });
    await handler(sqsEvent(sqsRecord("m1", message, { attributes: {} })), invocation);
    expect(logs()[0]).toMatchObject({ correlation_id: "m1" });
  });
});

describe("metrics", () => {
  test("are the listed figures by stage and asset class, in CloudWatch's embedded format", async () => {
    const { handler } = makeConsumer({ METRICS: "RowsRejected,FreshnessMs" });
    await handler(sqsEvent(sqsRecord("m1", message)), invocation);
    expect(logs()).toHaveLength(1);
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    expect(logs()[0]).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: "marketlake",
            Dimensions: [["service", "assetClass"]],
            Metrics: [
              { Name: "RowsRejected", Unit: "Count" },
              { Name: "FreshnessMs", Unit: "Milliseconds" },
            ],
          },
        ],
      },
      service: "transform",
      assetClass: "stock",
      interval: "15min",
      RowsRejected: 1,
      FreshnessMs: 30_250,
    });
  });

  test("of a run without bars have no freshness, and an open bar is fresh", async () => {
    const newest = [null, startMs];
    const { handler } = makeConsumer({ METRICS: "FreshnessMs" }, () =>
      Promise.resolve({ ...result, newestBarMs: newest.shift()! }),
    );
    await handler(sqsEvent(sqsRecord("m1", message)), invocation);
    await handler(sqsEvent(sqsRecord("m2", message)), invocation);
    expect(logs()).toHaveLength(1);
    expect(logs()[0]).toMatchObject({ FreshnessMs: 0 });
  });

  test("and logs are silent where the environment says so", async () => {
    const { handler } = makeConsumer({}, () => Promise.reject(new ConflictError("lost")));
    await handler(sqsEvent(sqsRecord("m1", message), sqsRecord("m2", "not json")), invocation);
    expect(lines()).toEqual([]);
  });
});

describe("failures", () => {
  test("are logged with stack, delivery and correlation, and without the message's body", async () => {
    const { handler } = makeConsumer({ LOG_LEVEL: "INFO" }, () =>
      Promise.reject(new TypeError("x is undefined")),
    );
    const answer = await handler(sqsEvent(sqsRecord("m1", message)), invocation);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(logs()[0]).toMatchObject({
      level: "WARN",
      message: "retried",
      deliveries: [{ messageId: "m1", receiveCount: 1, correlation_id: "run-1" }],
      error: { name: "TypeError", message: "x is undefined" },
    });
    expect(lines()[0]).toContain("consumer.test.ts");
    expect(lines()[0]).not.toContain("secret-looking-key");
  });

  test.each([
    ["of a newer version", { ...message, version: 2 }, /has version 2, this release understands up to 1/],
    ["for an unknown shard", { ...message, shard: 4 }, /names shard 4 of stock, this lake has shards 0 to 3/],
    ["of another kind", { ...message, kind: "indicators" }, /does not fit its schema/],
    ["that is not JSON", "hello", /is not JSON: "hello"/],
  ])("send a message %s to the dead-letter queue with its cause", async (_, body, cause) => {
    const { handler, deadLetters } = makeConsumer();
    expect(await handler(sqsEvent(sqsRecord("m1", body)), invocation)).toEqual({ batchItemFailures: [] });
    const [dead] = await receiveAll(deadLetters);
    expect(dead!.attributes["cause"]).toMatch(cause);
    expect(dead!.attributes).toMatchObject({ errorType: "InvalidMessageError", correlationId: "run-1" });
  });
});

describe("time", () => {
  test("that is left for the stage ends before the function does", async () => {
    let deadline = 0;
    const { handler } = makeConsumer({}, (_, deadlineMs) => {
      deadline = deadlineMs;
      return Promise.resolve(result);
    });
    await handler(sqsEvent(sqsRecord("m1", message)), invocation);
    expect(deadline).toBe(startMs + 60_000 - 5_000);
  });

  test("that runs out fails the invocation with an error that says so", async () => {
    const { handler } = makeConsumer({}, () => new Promise(() => {}));
    const short = { ...invocation, getRemainingTimeInMillis: () => 510 };
    await expect(handler(sqsEvent(sqsRecord("m1", message)), short)).rejects.toThrow(/ran out of time/);
  });
});
