/** How long a tick waits in its lane: the extract function on a FIFO queue as deployed, in virtual time. */
import { beforeAll, describe, expect, test } from "vitest";
import { configOf, parseConfigFile } from "../../core/config/index.ts";
import { TransientError } from "../../core/errors.ts";
import type { ExtractRequest } from "../../core/messages/index.ts";
import { resiliencePolicySchema } from "../../core/providers/resilience/index.ts";
import { defaultLakeSettings, laneOf, type LakeSettings } from "../../core/settings.ts";
import { createHandler } from "../../lambdas/extract/handler.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { functionEnvironment } from "../helpers/function-environment.ts";
import { scriptedIo, scriptedProvider } from "../helpers/scripted-provider.ts";
import { sqsEvent, sqsRecord } from "../helpers/sqs-event.ts";
import { inVirtualTime } from "../helpers/virtual-time.ts";

const startMs = Date.UTC(2026, 10, 20, 15);
const minuteMs = 60_000;
const { timeoutMs, maxReceiveCount } = configOf(parseConfigFile("{}", "test"), "prod").deployment.functions
  .extract;
/** As `lib/constructs/work-queue.ts` has it, and a template test asserts. */
const visibilityTimeoutMs = timeoutMs + 30_000;
const callMs = 1_000;
const idleMs = 1_000;
const workers = 4;

const settings: LakeSettings = {
  ...defaultLakeSettings,
  providerPolicies: Object.fromEntries(
    // A breaker would end the failures that are looked at here.
    ["busy", "calm"].map((id) => [id, resiliencePolicySchema.parse({ breaker: { failuresMax: 1_000 } })]),
  ),
};

const request = (provider: string, symbols: readonly string[], afterMs: number): ExtractRequest => ({
  version: 1,
  kind: "extract",
  assetClass: "stock",
  interval: "1d",
  provider,
  scheduledTime: new Date(startMs + afterMs).toISOString(),
  trigger: "test",
  symbols: [...symbols],
});

const namesOf = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** Works through requests, each sent at its scheduled time, with as many instances of extract as find work. */
async function work(requests: readonly ExtractRequest[]) {
  const clock = new VirtualClock(startMs);
  const deadLetters = new MemoryWorkQueue(clock, { fifo: true });
  const queue = new MemoryWorkQueue(clock, { fifo: true, maxReceiveCount, deadLetterQueue: deadLetters });
  const asked: string[] = [];
  const began = new Map<string, number>();
  const io = scriptedIo(async ({ url }) => {
    await clock.sleep(callMs);
    const symbol = url.split("/").at(-1)!;
    if (symbol === "BROKEN") throw new TransientError("no answer");
    asked.push(symbol);
    return { status: 200 };
  });
  const silent = { send: async () => {} };
  const handler = createHandler({
    environment: { ...functionEnvironment(), MAX_RECEIVE_COUNT: String(maxReceiveCount) },
    settings,
    ports: () => ({
      stores: { raw: new MemoryObjectStore(), curated: new MemoryObjectStore() },
      queues: { transform: silent, indicators: silent },
      deadLetters,
      requests: queue,
      providers: new Map(["busy", "calm"].map((id) => [id, scriptedProvider(id)])),
      clock,
      io,
      random: () => 0.5,
    }),
  });
  let toCome = requests.length;

  const send = async () => {
    for (const sent of requests.toSorted((a, b) => a.scheduledTime.localeCompare(b.scheduledTime))) {
      await clock.sleep(Date.parse(sent.scheduledTime) - clock.nowMs());
      await queue.send([{ body: JSON.stringify(sent), attributes: {}, group: laneOf(settings, sent) }]);
      toCome--;
    }
  };
  const serve = async () => {
    for (;;) {
      const { visible, inFlight } = await queue.depth();
      if (toCome + visible + inFlight === 0) return;
      const [message] = await queue.receive({ maxMessages: 1, visibilityTimeoutMs });
      if (message === undefined) {
        await clock.sleep(idleMs);
        continue;
      }
      const { messageId, body, receiveCount, group, receiptHandle } = message;
      if (!began.has(body)) began.set(body, clock.nowMs());
      const endMs = clock.nowMs() + timeoutMs;
      const { batchItemFailures } = await handler(
        sqsEvent(sqsRecord(messageId, body, { receiveCount, group: group! })),
        {
          functionName: "extract",
          awsRequestId: messageId,
          getRemainingTimeInMillis: () => endMs - clock.nowMs(),
        },
      );
      // Like Lambda, leaves a failed message to its visibility timeout.
      if (batchItemFailures.length === 0) await queue.acknowledge(receiptHandle);
    }
  };
  await inVirtualTime(clock, Promise.all([send(), ...Array.from({ length: workers }, serve)]));
  const waitMs = (sent: ExtractRequest) => began.get(JSON.stringify(sent))! - Date.parse(sent.scheduledTime);
  const waits = (provider: string, trigger = "T") =>
    requests
      .filter((sent) => sent.provider === provider && sent.symbols![0]!.startsWith(trigger))
      .map(waitMs);
  return { asked, waits, dead: (await deadLetters.depth()).visible, durationMs: clock.nowMs() - startMs };
}

const ticks = (provider: string, count: number) =>
  Array.from({ length: count }, (_, i) =>
    request(provider, namesOf(10, `T-${provider}-${i}-`), (i + 0.5) * 5 * minuteMs),
  );

describe("ticks in the lane of a large request", () => {
  const universe = namesOf(2_500, "U");
  let done: Awaited<ReturnType<typeof work>>;
  beforeAll(async () => {
    done = await work([request("busy", universe, 0), ...ticks("busy", 10), ...ticks("calm", 10)]);
  });

  test("wait for one of its runs at most, which the function's time limit bounds", () => {
    // The whole of it takes three quarters of an hour: 2,500 calls of a second, a tenth of a second apart and more.
    expect(done.durationMs).toBeGreaterThan(45 * minuteMs);
    expect(Math.max(...done.waits("busy"))).toBeGreaterThan(minuteMs);
    expect(Math.max(...done.waits("busy"))).toBeLessThanOrEqual(timeoutMs);
  });

  test("do not wait in the lanes of others", () => {
    expect(Math.max(...done.waits("calm"))).toBeLessThanOrEqual(idleMs);
  });

  test("are all answered, and so is every symbol of the large request, each asked for once", () => {
    const expected = [
      ...universe,
      ...[...ticks("busy", 10), ...ticks("calm", 10)].flatMap(({ symbols }) => symbols!),
    ];
    expect(done.asked.toSorted()).toEqual(expected.toSorted());
    expect(done.dead).toBe(0);
  });
});

describe("a request that fails each time", () => {
  test("holds its lane for its deliveries and no longer, then is a dead letter; other lanes go on", async () => {
    const done = await work([request("busy", ["BROKEN"], 0), ...ticks("busy", 3), ...ticks("calm", 3)]);
    const [first] = done.waits("busy");
    expect(first).toBeGreaterThan(visibilityTimeoutMs);
    expect(first).toBeLessThanOrEqual(maxReceiveCount * visibilityTimeoutMs);
    expect(Math.max(...done.waits("calm"))).toBeLessThanOrEqual(idleMs);
    expect(done.dead).toBe(1);
  });
});
