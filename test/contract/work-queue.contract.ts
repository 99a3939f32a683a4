import { describe, expect, test } from "vitest";
import type { ReceivedMessage, WorkQueue } from "../../core/ports.ts";
import { withSubject, type Subject } from "./subject.ts";

/** What a backend may not do. `dead-letter-cause`: adds an attribute `cause` to a message that it gives up on. */
export type WorkQueueCapability = "dead-letter-cause";

export interface WorkQueueSubject extends Subject<WorkQueue> {
  /** Where messages of `subject` go after `maxReceiveCount` deliveries without acknowledgement. */
  readonly deadLetters: WorkQueue;
  /** Lets that much time pass on the queue's clock: a virtual clock advances, a real one waits. */
  readonly passTime: (ms: number) => Promise<void>;
}

export interface WorkQueueRules {
  readonly maxReceiveCount: number;
  /** A dead-letter queue is of the kind of its queue. */
  readonly fifo: boolean;
}

export type MakeWorkQueue = (rules: WorkQueueRules) => Promise<WorkQueueSubject> | WorkQueueSubject;

/** SQS counts visibility in whole seconds. */
const visibilityTimeoutMs = 1_000;
export const maxReceiveCount = 3;
export const long = { maxMessages: 10, visibilityTimeoutMs: 60_000 };
const message = (body: string) => ({ body, attributes: {} });

/** What every `WorkQueue` does. `makeQueue` builds a queue and its dead-letter queue, both empty. */
export function workQueueContract(
  name: string,
  makeQueue: MakeWorkQueue,
  { lacks = [] }: { readonly lacks?: readonly WorkQueueCapability[] } = {},
): void {
  const withQueue = (use: (made: WorkQueueSubject) => Promise<void>) => () =>
    withSubject(() => makeQueue({ maxReceiveCount, fifo: false }), use);

  describe(`${name} as a work queue`, () => {
    test(
      "delivers body and attributes as they were sent, at first delivery with a count of 1",
      withQueue(async ({ subject: queue }) => {
        const sent = {
          body: '{"a":"\u00e9\u4e2d\\n"}\n',
          attributes: { correlationId: "run-1", note: "\u00fc" },
        };
        await queue.send([sent]);
        const received = await queue.receive(long);
        expect(received).toHaveLength(1);
        expect(received[0]).toMatchObject({ ...sent, receiveCount: 1 });
      }),
    );

    test(
      "delivers nothing from an empty queue, and sending no messages leaves it empty",
      withQueue(async ({ subject: queue }) => {
        await queue.send([]);
        expect(await queue.receive(long)).toEqual([]);
        expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
      }),
    );

    test(
      "takes more messages in one call than an SQS batch holds and delivers each once",
      withQueue(async ({ subject: queue }) => {
        const bodies = Array.from({ length: 25 }, (_, i) => `message ${i}`);
        await queue.send(bodies.map(message));
        const received = await drain(queue);
        expect(received.map(({ body }) => body).sort()).toEqual([...bodies].sort());
        expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(25);
      }),
    );

    test(
      "delivers at most maxMessages at a time",
      withQueue(async ({ subject: queue }) => {
        await queue.send(["a", "b", "c"].map(message));
        expect((await queue.receive({ ...long, maxMessages: 2 })).length).toBeLessThanOrEqual(2);
      }),
    );

    test(
      "takes a body of 256 KiB less its attributes",
      withQueue(async ({ subject: queue }) => {
        const body = "x".repeat(255 * 1_024);
        await queue.send([message(body)]);
        expect((await queue.receive(long))[0]!.body).toBe(body);
      }),
    );

    test(
      "hides a delivered message from others and counts it as in flight",
      withQueue(async ({ subject: queue }) => {
        await queue.send([message("a"), message("b")]);
        expect(await queue.depth()).toEqual({ visible: 2, inFlight: 0 });
        await queue.receive({ ...long, maxMessages: 1 });
        expect(await queue.depth()).toEqual({ visible: 1, inFlight: 1 });
        await queue.receive(long);
        expect(await queue.receive(long)).toEqual([]);
      }),
    );

    test(
      "forgets an acknowledged message, also when it is acknowledged twice",
      withQueue(async ({ subject: queue, passTime }) => {
        await queue.send([message("a")]);
        const [received] = await queue.receive({ maxMessages: 1, visibilityTimeoutMs });
        await queue.acknowledge(received!.receiptHandle);
        await queue.acknowledge(received!.receiptHandle);
        await passTime(visibilityTimeoutMs + 100);
        expect(await queue.receive(long)).toEqual([]);
        expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
      }),
    );

    test(
      "delivers again what was not acknowledged in time, with a higher count and another handle",
      withQueue(async ({ subject: queue, passTime }) => {
        await queue.send([message("a")]);
        const [first] = await queue.receive({ maxMessages: 1, visibilityTimeoutMs });
        await passTime(visibilityTimeoutMs + 100);
        const [second] = await queue.receive(long);
        expect(second).toMatchObject({ body: "a", messageId: first!.messageId, receiveCount: 2 });
        expect(second!.receiptHandle).not.toBe(first!.receiptHandle);
        await expect(queue.acknowledge(first!.receiptHandle)).resolves.toBeUndefined();
      }),
    );

    test(
      "delivers a released message again at once, or after the delay",
      withQueue(async ({ subject: queue, passTime }) => {
        await queue.send([message("a")]);
        const [first] = await queue.receive(long);
        await queue.release(first!.receiptHandle, 0);
        const [second] = await queue.receive(long);
        expect(second!.receiveCount).toBe(2);
        await queue.release(second!.receiptHandle, 1_000);
        expect(await queue.receive(long)).toEqual([]);
        await passTime(1_100);
        expect(await queue.receive(long)).toHaveLength(1);
      }),
    );

    test(
      "pays no heed to groups",
      withQueue(async ({ subject: queue }) => {
        await queue.send([
          { ...message("a"), group: "lane" },
          { ...message("b"), group: "lane" },
        ]);
        const first = await queue.receive({ ...long, maxMessages: 1 });
        const second = await queue.receive(long);
        expect([...first, ...second].map(({ body }) => body).sort()).toEqual(["a", "b"]);
      }),
    );

    test(
      "gives each message to one of several consumers",
      withQueue(async ({ subject: queue }) => {
        const bodies = Array.from({ length: 40 }, (_, i) => `message ${i}`);
        await queue.send(bodies.map(message));
        const received = await Promise.all(Array.from({ length: 4 }, () => drain(queue)));
        expect(
          received
            .flat()
            .map(({ body }) => body)
            .sort(),
        ).toEqual([...bodies].sort());
      }),
    );

    describe("a message that is never acknowledged", () => {
      test(
        "goes to the dead-letter queue with body and attributes",
        withQueue(async ({ subject: queue, deadLetters }) => {
          await queue.send([{ body: "poison", attributes: { correlationId: "run-1" } }]);
          await exhaust(queue);
          expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
          const [dead] = await deadLetters.receive(long);
          expect(dead).toMatchObject({ body: "poison", attributes: { correlationId: "run-1" } });
        }),
      );

      test.skipIf(lacks.includes("dead-letter-cause"))(
        "carries a cause, its own where it has one",
        withQueue(async ({ subject: queue, deadLetters }) => {
          await queue.send([message("poison")]);
          await exhaust(queue);
          expect((await deadLetters.receive(long))[0]!.attributes).toEqual({
            cause: "received 3 times without success",
          });
          await queue.send([{ body: "poison", attributes: { cause: "known before" } }]);
          await exhaust(queue);
          expect((await deadLetters.receive(long))[0]!.attributes).toEqual({ cause: "known before" });
        }),
      );

      test(
        "does not hold up the others",
        withQueue(async ({ subject: queue }) => {
          await queue.send([message("poison")]);
          await exhaust(queue);
          await queue.send([message("good")]);
          expect((await queue.receive(long)).map(({ body }) => body)).toEqual(["good"]);
        }),
      );
    });
  });
}

/** Receives and acknowledges until nothing is visible. */
async function drain(queue: WorkQueue): Promise<ReceivedMessage[]> {
  const all: ReceivedMessage[] = [];
  for (;;) {
    const received = await queue.receive(long);
    if (received.length === 0) return all;
    for (const { receiptHandle } of received) await queue.acknowledge(receiptHandle);
    all.push(...received);
  }
}

/** Receives a message and gives it back until the queue gives up on it. */
export async function exhaust(queue: WorkQueue): Promise<void> {
  for (let delivery = 1; delivery <= maxReceiveCount; delivery++) {
    const [received] = await queue.receive(long);
    expect(received!.receiveCount).toBe(delivery);
    await queue.release(received!.receiptHandle, 0);
  }
  expect(await queue.receive(long)).toEqual([]);
}
