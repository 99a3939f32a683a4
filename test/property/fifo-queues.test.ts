/** Any course of events leaves FIFO queues in order, and the one in memory and the one on disk agree on it. */
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ReceivedMessage, WorkQueue } from "../../core/ports.ts";
import { MemoryWorkQueue } from "../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { SqliteWorkQueue } from "../../local/sqlite/sqlite-work-queue.ts";
import { drained } from "../helpers/drained.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const maxReceiveCount = 3;
const visibilityTimeoutMs = 100;

/** `pick` chooses among the deliveries so far, of which some are stale. */
type Event =
  | { readonly kind: "send"; readonly group: string }
  | { readonly kind: "receive" }
  | { readonly kind: "acknowledge"; readonly pick: number }
  | { readonly kind: "release"; readonly pick: number; readonly delayMs: number }
  | { readonly kind: "wait"; readonly ms: number };

const pick = fc.nat(1_000);
const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("send" as const), group: fc.constantFrom("a", "b") }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("receive" as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("acknowledge" as const), pick }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("release" as const), pick, delayMs: fc.nat(50) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(150) }) },
  ),
  { maxLength: 60 },
);

interface Delivered {
  readonly body: string;
  readonly group: string;
  readonly receiveCount: number;
}

const told = ({ body, group, receiveCount }: ReceivedMessage): Delivered => ({
  body,
  group: group!,
  receiveCount,
});

async function play(queue: WorkQueue, clock: VirtualClock, course: readonly Event[]): Promise<Delivered[]> {
  const handles: string[] = [];
  const delivered: Delivered[] = [];
  let sent = 0;
  for (const event of course) {
    const handle = "pick" in event ? handles[event.pick % handles.length] : undefined;
    switch (event.kind) {
      case "send":
        await queue.send([{ body: String(sent++), attributes: {}, group: event.group }]);
        break;
      case "wait":
        await clock.advance(event.ms);
        break;
      case "acknowledge":
        await queue.acknowledge(handle ?? "none");
        break;
      case "release":
        await queue.release(handle ?? "none", event.delayMs);
        break;
      case "receive":
        for (const message of await queue.receive({ maxMessages: 1, visibilityTimeoutMs })) {
          handles.push(message.receiptHandle);
          delivered.push(told(message));
        }
    }
  }
  return delivered;
}

function memoryQueues(clock: VirtualClock) {
  const dead = new MemoryWorkQueue(clock, { fifo: true });
  return { dead, queue: new MemoryWorkQueue(clock, { fifo: true, maxReceiveCount, deadLetterQueue: dead }) };
}

test("no message of a group is delivered after a later one of it", async () => {
  await fc.assert(
    fc.asyncProperty(events, async (course) => {
      const clock = new VirtualClock();
      const newest = new Map<string, number>();
      for (const { body, group } of await play(memoryQueues(clock).queue, clock, course)) {
        expect(Number(body)).toBeGreaterThanOrEqual(newest.get(group) ?? 0);
        newest.set(group, Number(body));
      }
    }),
  );
});

test("the queue in memory and the queue on disk deliver the same, and give up on the same", async () => {
  const directory = await temporaryDirectory();
  let files = 0;
  await fc.assert(
    fc.asyncProperty(events, async (course) => {
      const clocks = [new VirtualClock(), new VirtualClock()] as const;
      const memory = memoryQueues(clocks[0]);
      const path = join(directory.path, `queue-${++files}.sqlite`);
      const work = { name: "work", fifo: true, maxReceiveCount, deadLetterQueue: "dead" };
      const disk = {
        queue: new SqliteWorkQueue(path, work, clocks[1]),
        dead: new SqliteWorkQueue(path, { name: "dead", fifo: true }, clocks[1]),
      };
      try {
        expect(await play(disk.queue, clocks[1], course)).toEqual(
          await play(memory.queue, clocks[0], course),
        );
        expect(await disk.queue.depth()).toEqual(await memory.queue.depth());
        expect((await drained(disk.dead)).sort()).toEqual((await drained(memory.dead)).sort());
      } finally {
        disk.queue.close();
        disk.dead.close();
      }
    }),
    { numRuns: 60 },
  );
  await directory.remove();
});
