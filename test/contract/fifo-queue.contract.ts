import { describe, expect, test } from "vitest";
import { TerminalError } from "../../core/errors.ts";
import type { WorkQueue } from "../../core/ports.ts";
import { withSubject } from "./subject.ts";
import {
  exhaust,
  long,
  maxReceiveCount,
  type MakeWorkQueue,
  type WorkQueueSubject,
} from "./work-queue.contract.ts";

const single = { ...long, maxMessages: 1 };
const message = (body: string, group: string) => ({ body, attributes: {}, group });
const bodiesOf = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => body);

/** What a FIFO queue does besides, as SQS has it: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html */
export function fifoQueueContract(name: string, makeQueue: MakeWorkQueue): void {
  const withQueue = (use: (made: WorkQueueSubject) => Promise<void>) => () =>
    withSubject(() => makeQueue({ maxReceiveCount, fifo: true }), use);

  describe(`${name} as a FIFO queue`, () => {
    test(
      "hands out the messages of a group in the order in which they were sent, with their group",
      withQueue(async ({ subject: queue }) => {
        const bodies = Array.from({ length: 25 }, (_, i) => `message ${i}`);
        await queue.send(bodies.map((body) => message(body, "lane")));
        const received = await drainOneByOne(queue);
        expect(bodiesOf(received)).toEqual(bodies);
        expect(new Set(received.map(({ group }) => group))).toEqual(new Set(["lane"]));
      }),
    );

    test(
      "hands out none of a group while one is out, until it is acknowledged",
      withQueue(async ({ subject: queue }) => {
        await queue.send([message("first", "lane"), message("second", "lane")]);
        const [first] = await queue.receive(single);
        expect(await queue.receive(long)).toEqual([]);
        await queue.acknowledge(first!.receiptHandle);
        expect(bodiesOf(await queue.receive(long))).toEqual(["second"]);
      }),
    );

    test(
      "hands out other groups meanwhile",
      withQueue(async ({ subject: queue }) => {
        await queue.send([message("a1", "a"), message("a2", "a"), message("b1", "b"), message("b2", "b")]);
        const heads = [...(await queue.receive(single)), ...(await queue.receive(single))];
        expect(bodiesOf(heads).sort()).toEqual(["a1", "b1"]);
        expect(await queue.receive(long)).toEqual([]);
      }),
    );

    test(
      "hands out a released message before those behind it, who wait for its delay too",
      withQueue(async ({ subject: queue, passTime }) => {
        await queue.send([message("first", "lane"), message("second", "lane")]);
        const [first] = await queue.receive(single);
        await queue.release(first!.receiptHandle, 1_000);
        expect(await queue.receive(long)).toEqual([]);
        await passTime(1_100);
        expect(await queue.receive(single)).toMatchObject([{ body: "first", receiveCount: 2 }]);
      }),
    );

    test(
      "hands out a message that was not acknowledged in time before those behind it",
      withQueue(async ({ subject: queue, passTime }) => {
        await queue.send([message("first", "lane"), message("second", "lane")]);
        await queue.receive({ maxMessages: 1, visibilityTimeoutMs: 1_000 });
        await passTime(1_100);
        expect(await queue.receive(single)).toMatchObject([{ body: "first", receiveCount: 2 }]);
      }),
    );

    test(
      "goes on with the group once it gives up on a message, which keeps its group",
      withQueue(async ({ subject: queue, deadLetters }) => {
        await queue.send([message("poison", "lane")]);
        await exhaust(queue);
        await queue.send([message("good", "lane")]);
        expect(bodiesOf(await queue.receive(long))).toEqual(["good"]);
        expect(await deadLetters.receive(long)).toMatchObject([{ body: "poison", group: "lane" }]);
      }),
    );

    test(
      "takes the same message twice, for what is sent twice is meant twice",
      withQueue(async ({ subject: queue }) => {
        await queue.send([message("again", "lane"), message("again", "lane")]);
        await queue.send([message("again", "lane")]);
        expect(await drainOneByOne(queue)).toHaveLength(3);
      }),
    );

    test(
      "refuses a message without a group",
      withQueue(async ({ subject: queue }) => {
        await expect(queue.send([{ body: "{}", attributes: {} }])).rejects.toThrow(TerminalError);
        expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
      }),
    );
  });
}

async function drainOneByOne(queue: WorkQueue) {
  const all = [];
  for (;;) {
    const [received] = await queue.receive(single);
    if (received === undefined) return all;
    all.push(received);
    await queue.acknowledge(received.receiptHandle);
  }
}
