import { describe, expect, test } from "vitest";
import { readJobs } from "../../../core/pipeline/job-log.ts";
import { createProviders } from "../../../core/providers/registry.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { createHandler } from "../../../lambdas/extract/handler.ts";
import { MemoryObjectStore } from "../../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../../local/memory/virtual-clock.ts";
import { functionEnvironment } from "../../helpers/function-environment.ts";
import { noIo } from "../../helpers/provider-io.ts";
import { sqsEvent, sqsRecord } from "../../helpers/sqs-event.ts";
import { inVirtualTime } from "../../helpers/virtual-time.ts";

const startMs = Date.UTC(2026, 10, 20, 17);
const secondMs = 1_000;
const series = { assetClass: "crypto", interval: "1h" } as const;

function world(timeoutMs: number) {
  const clock = new VirtualClock(startMs);
  const queue = () => new MemoryWorkQueue(clock);
  const stores = { raw: new MemoryObjectStore(), curated: new MemoryObjectStore() };
  const handler = createHandler({
    environment: functionEnvironment(),
    settings: defaultLakeSettings,
    ports: () => ({
      stores,
      queues: { transform: queue(), indicators: queue() },
      deadLetters: queue(),
      requests: queue(),
      clock,
      providers: createProviders(),
      io: noIo,
      random: () => 0.5,
    }),
  });
  const request = {
    version: 1,
    kind: "extract",
    ...series,
    provider: "synthetic",
    symbols: ["SYNBTC"],
    scheduledTime: new Date(startMs).toISOString(),
    trigger: "schedule",
    polls: { count: 3, everyMs: 20 * secondMs },
  };
  const invocation = {
    functionName: "extract",
    awsRequestId: "r",
    getRemainingTimeInMillis: () => startMs + timeoutMs - clock.nowMs(),
  };
  const invoke = () => inVirtualTime(clock, handler(sqsEvent(sqsRecord("m", request)), invocation));
  /** Seconds after the start of the polls that the job log has, with what came of them. */
  const polls = async () => {
    const found: [number, string, number][] = [];
    for (const second of [0, 20, 40, 60]) {
      const scheduledMs = startMs + second * secondMs;
      const jobs = await readJobs({ stores }, { ...series, stage: "extract", scheduledMs, shard: null });
      for (const { status, rows_in: rows } of jobs) found.push([second, status, rows]);
    }
    return found;
  };
  return { invoke, polls };
}

describe("a message with polls", () => {
  test("is done when all of its polls are, each a run of its own; the same answer is received once", async () => {
    const { invoke, polls } = world(300 * secondMs);
    expect(await invoke()).toEqual({ batchItemFailures: [] });
    // Whole hours: thirty days of them, then from the newest, 16:00, five back, then nothing new within the minute.
    expect(await polls()).toEqual([
      [0, "succeeded", 30 * 24],
      [20, "succeeded", 6],
      [40, "succeeded", 0],
    ]);
  });

  test("ends before the function's time does", async () => {
    const { invoke, polls } = world(60 * secondMs);
    await invoke();
    expect((await polls()).map(([second]) => second)).toEqual([0, 20]);
  });
});
