import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StoreUnavailableError } from "../../core/errors.ts";
import { SqsWorkQueue } from "../../lambdas/shared/aws/sqs-work-queue.ts";
import { fifoQueueContract } from "../contract/fifo-queue.contract.ts";
import { workQueueContract, type WorkQueueRules } from "../contract/work-queue.contract.ts";
import { startEmulator, type Emulator } from "../helpers/emulator.ts";

let emulator: Emulator;
let queues = 0;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

function makeQueue({ maxReceiveCount, fifo }: WorkQueueRules) {
  const name = `queue-${++queues}`;
  const suffix = fifo ? ".fifo" : "";
  // As deployed: what comes without a deduplication id, as ticks do, is known by its text.
  const kind = fifo ? { FifoQueue: "true", ContentBasedDeduplication: "true" } : {};
  const deadLetters = emulator.server.createQueue(`${name}-dlq${suffix}`, { attributes: { ...kind } });
  const redrive = { deadLetterTargetArn: deadLetters.queueArn, maxReceiveCount };
  const queue = emulator.server.createQueue(`${name}${suffix}`, {
    attributes: { ...kind, RedrivePolicy: JSON.stringify(redrive) },
  });
  return {
    subject: new SqsWorkQueue(emulator.sqs, queue.queueUrl),
    deadLetters: new SqsWorkQueue(emulator.sqs, deadLetters.queueUrl),
    passTime: (ms: number) => setTimeout(ms),
  };
}

workQueueContract("SqsWorkQueue", makeQueue, { lacks: ["dead-letter-cause"] });
fifoQueueContract("SqsWorkQueue", makeQueue);

describe("SqsWorkQueue", () => {
  test("spreads messages that exceed one batch's bytes over several", async () => {
    const { subject: queue } = makeQueue({ maxReceiveCount: 3, fifo: false });
    const body = "x".repeat(100 * 1_024);
    await queue.send(Array.from({ length: 5 }, () => ({ body, attributes: {} })));
    expect((await queue.depth()).visible).toBe(5);
  });

  test("names a queue that is not there in a terminal error", async () => {
    const queue = new SqsWorkQueue(emulator.sqs, "http://127.0.0.1/000000000000/absent");
    const error = await queue.send([{ body: "{}", attributes: {} }]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect((error as Error).message).toContain("absent");
  });
});
