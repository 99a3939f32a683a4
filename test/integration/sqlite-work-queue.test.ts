import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, StoreUnavailableError, TerminalError } from "../../core/errors.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import { SqliteWorkQueue } from "../../local/sqlite/sqlite-work-queue.ts";
import { firstOutput, killHard, outputOf, startChild } from "../helpers/child-process.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let path: string;
const all = { maxMessages: 10, visibilityTimeoutMs: 60_000 };
const messages = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ body: `message ${i}`, attributes: {} }));

beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, "queue.sqlite");
});

afterEach(() => directory.remove());

describe("several processes on one database", () => {
  test("make it together and lose no message", async () => {
    const senders = ["a", "b", "c"].map((sender) => startChild("send-messages.ts", path, sender, 50));
    await Promise.all(senders.map(outputOf));
    const queue = new SqliteWorkQueue(path, { name: "work" }, systemClock);
    expect(await queue.depth()).toEqual({ visible: 150, inFlight: 0 });
    queue.close();
  });

  test("receive each message once", async () => {
    const queue = new SqliteWorkQueue(path, { name: "work" }, systemClock);
    await queue.send(messages(100));
    const consumers = [1, 2, 3].map(() => startChild("consume-queue.ts", path, 60_000, "acknowledge"));
    const bodies = (await Promise.all(consumers.map(outputOf))).join("").trimEnd().split("\n");
    expect(bodies.sort()).toEqual(
      messages(100)
        .map(({ body }) => body)
        .sort(),
    );
    expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
    queue.close();
  });
});

describe("a consumer that is killed", () => {
  test("gives its messages back when their visibility timeout ends, in the order in which they were sent", async () => {
    const queue = new SqliteWorkQueue(path, { name: "work" }, systemClock);
    await queue.send(messages(3));
    const child = startChild("consume-queue.ts", path, 3_000, "hold");
    await firstOutput(child);
    expect(await queue.depth()).toEqual({ visible: 0, inFlight: 3 });
    await killHard(child);
    expect(await queue.receive(all)).toEqual([]);
    await systemClock.sleep(3_100);
    const received = await queue.receive(all);
    expect(received.map(({ body, receiveCount }) => [body, receiveCount])).toEqual([
      ["message 0", 2],
      ["message 1", 2],
      ["message 2", 2],
    ]);
    queue.close();
  });
});

describe("a sender that is killed", () => {
  test("has sent every message that it was told is sent", async () => {
    const sender = startChild("send-messages.ts", path, "a", 100_000);
    let confirmed = 0;
    sender.stdout!.on("data", (dots: Buffer) => (confirmed += dots.length));
    await once(sender.stdout!, "data");
    await systemClock.sleep(50);
    await killHard(sender);
    const queue = new SqliteWorkQueue(path, { name: "work" }, systemClock);
    const { visible } = await queue.depth();
    expect(confirmed).toBeGreaterThan(0);
    expect(visible).toBeGreaterThanOrEqual(confirmed);
    queue.close();
  });
});

describe("what cannot work is refused", () => {
  test("half a redrive policy", () => {
    expect(() => new SqliteWorkQueue(path, { name: "work", maxReceiveCount: 3 }, systemClock)).toThrow(
      ConfigError,
    );
    expect(() => new SqliteWorkQueue(path, { name: "work", deadLetterQueue: "dlq" }, systemClock)).toThrow(
      ConfigError,
    );
  });

  test("a message beyond 256 KiB, of which the whole batch is left unsent", async () => {
    const queue = new SqliteWorkQueue(path, { name: "work" }, systemClock);
    const tooLong = { body: "x".repeat(262_145), attributes: {} };
    await expect(queue.send([...messages(1), tooLong])).rejects.toThrow(TerminalError);
    expect(await queue.depth()).toEqual({ visible: 0, inFlight: 0 });
    queue.close();
  });

  test("a file that is no database, by its directory and with what to do", async () => {
    await writeFile(path, "this is no database, but it is long enough to be looked at as one".repeat(20));
    expect(() => new SqliteWorkQueue(path, { name: "work" }, systemClock)).toThrow(
      expect.objectContaining({
        constructor: StoreUnavailableError,
        message: expect.stringContaining(directory.path) as string,
      }),
    );
  });

  test("a directory below a file", async () => {
    await writeFile(path, "");
    const below = join(path, "queue.sqlite");
    expect(() => new SqliteWorkQueue(below, { name: "work" }, systemClock)).toThrow(StoreUnavailableError);
  });
});
