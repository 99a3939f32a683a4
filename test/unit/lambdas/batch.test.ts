import { beforeEach, describe, expect, test } from "vitest";
import {
  ConflictError,
  InvalidMessageError,
  StoreUnavailableError,
  TerminalError,
  UnreadableObjectError,
} from "../../../core/errors.ts";
import type { OutgoingMessage } from "../../../core/ports.ts";
import { type Item, processBatch, type ShardMessage } from "../../../lambdas/shared/batch.ts";
import { sqsEvent, sqsRecord } from "../../helpers/sqs-event.ts";

interface TestMessage extends ShardMessage {
  readonly key: string;
}

const message = (key: string, shard = 0): TestMessage => ({
  assetClass: "stock",
  interval: "15min",
  shard,
  key,
});

let dead: OutgoingMessage[];
let groups: string[][];
let retried: number;

beforeEach(() => {
  dead = [];
  groups = [];
  retried = 0;
});

/** Runs a batch whose stage throws what `failureOf` returns for the keys of a group. */
function run(
  event: ReturnType<typeof sqsEvent>,
  failureOf: (keys: readonly string[]) => unknown = () => null,
  send: (messages: readonly OutgoingMessage[]) => Promise<void> = (messages) => {
    dead.push(...messages);
    return Promise.resolve();
  },
) {
  return processBatch<TestMessage>(event, {
    parse: (body) => {
      if (!body.startsWith("{")) throw new InvalidMessageError(`message is not JSON: ${body}`);
      return JSON.parse(body) as TestMessage;
    },
    run: async (group: readonly Item<TestMessage>[]) => {
      const keys = group.map((item) => item.message.key);
      groups.push(keys);
      const failure = failureOf(keys);
      if (failure !== null) throw failure;
    },
    names: (candidate, key) => candidate.key === key,
    deadLetters: { send },
    maxReceiveCount: 3,
    report: {
      retried: (deliveries) => {
        retried += deliveries.length;
      },
      deadLettered: () => {},
    },
  });
}

const failures = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});
const deadKeys = () => dead.map(({ body }) => (JSON.parse(body) as TestMessage).key);

describe("a batch that succeeds", () => {
  test("is run once per series and shard, in the order of first arrival", async () => {
    const other = { ...message("e"), interval: "1d" };
    const event = sqsEvent(
      ...[message("a"), message("b", 1), message("c"), message("d", 1), other].map((body, i) =>
        sqsRecord(`m${i}`, body),
      ),
    );
    expect(await run(event)).toEqual(failures());
    expect(groups).toEqual([["a", "c"], ["b", "d"], ["e"]]);
  });

  test("of no records does nothing", async () => {
    expect(await run(sqsEvent())).toEqual(failures());
  });
});

describe("a group that fails for the moment", () => {
  const event = sqsEvent(sqsRecord("m1", message("a")), sqsRecord("m2", message("b", 1)));

  test.each([
    ["a transient error", new ConflictError("lost the race 8 times")],
    ["an unknown error", new TypeError("x is undefined")],
    ["a thrown value that is no error", "oops"],
  ])("is delivered again after %s, and the other groups are not", async (_, error) => {
    expect(await run(event, (keys) => (keys.includes("a") ? error : null))).toEqual(failures("m1"));
    expect(dead).toEqual([]);
    expect(retried).toBe(1);
  });

  test("goes to the dead-letter queue with its cause on the last receive", async () => {
    const last = sqsEvent(
      sqsRecord("m1", message("a"), { receiveCount: 3 }),
      sqsRecord("m2", message("b"), { receiveCount: 2 }),
    );
    expect(await run(last, () => new ConflictError("lost the race 8 times"))).toEqual(failures("m2"));
    expect(dead).toEqual([
      {
        body: JSON.stringify(message("a")),
        attributes: { correlationId: "run-1", cause: "lost the race 8 times", errorType: "ConflictError" },
      },
    ]);
  });
});

describe("a message that cannot succeed", () => {
  test("is dead-lettered with cause, error type and its own attributes where it is invalid", async () => {
    const event = sqsEvent(sqsRecord("m1", "not json"), sqsRecord("m2", message("b")));
    expect(await run(event)).toEqual(failures());
    expect(groups).toEqual([["b"]]);
    expect(dead).toEqual([
      {
        body: "not json",
        attributes: {
          correlationId: "run-1",
          cause: "message is not JSON: not json",
          errorType: "InvalidMessageError",
        },
      },
    ]);
  });

  test("is dead-lettered alone where it names the unreadable object; the rest runs again without it", async () => {
    const event = sqsEvent(
      ...["a", "broken", "c"].map((key, i) => sqsRecord(`m${i}`, message(key))),
      sqsRecord("m3", message("broken")),
    );
    const result = await run(event, (keys) =>
      keys.includes("broken") ? new UnreadableObjectError("broken", "not Parquet") : null,
    );
    expect(result).toEqual(failures());
    expect(groups).toEqual([
      ["a", "broken", "c", "broken"],
      ["a", "c"],
    ]);
    expect(deadKeys()).toEqual(["broken", "broken"]);
    expect(dead[0]!.attributes["errorType"]).toBe("UnreadableObjectError");
  });

  test("takes one unreadable object after the other out of a group", async () => {
    const event = sqsEvent(...["x", "a", "y"].map((key, i) => sqsRecord(`m${i}`, message(key))));
    await run(event, (keys) => {
      const broken = keys.find((key) => key !== "a");
      return broken === undefined ? null : new UnreadableObjectError(broken, "cut in half");
    });
    expect(deadKeys()).toEqual(["x", "y"]);
    expect(groups.at(-1)).toEqual(["a"]);
  });

  test("is dead-lettered with its group where the shard's own object is unreadable", async () => {
    const event = sqsEvent(...["a", "b"].map((key, i) => sqsRecord(`m${i}`, message(key))));
    await run(event, () => new UnreadableObjectError("curated/shard-00.parquet", "cut in half"));
    expect(groups).toHaveLength(1);
    expect(deadKeys()).toEqual(["a", "b"]);
  });

  test("is found by running the messages one by one where a terminal error tells no object", async () => {
    const event = sqsEvent(...["a", "bad", "c"].map((key, i) => sqsRecord(`m${i}`, message(key))));
    await run(event, (keys) => (keys.includes("bad") ? new TerminalError("bad") : null));
    expect(groups).toEqual([["a", "bad", "c"], ["a"], ["bad"], ["c"]]);
    expect(deadKeys()).toEqual(["bad"]);
  });

  test("is retried where the dead-letter queue takes nothing", async () => {
    const result = await run(
      sqsEvent(sqsRecord("m1", "not json")),
      () => null,
      () => Promise.reject(new Error("no queue")),
    );
    expect(result).toEqual(failures("m1"));
  });
});

describe("a store that cannot work", () => {
  test("fails the invocation, as no message is at fault", async () => {
    const error = new StoreUnavailableError("disk full");
    await expect(run(sqsEvent(sqsRecord("m1", message("a"))), () => error)).rejects.toBe(error);
    expect(dead).toEqual([]);
  });
});

async function causeOf(text: string): Promise<string> {
  await run(sqsEvent(sqsRecord("m1", message("a"))), () => new TerminalError(text));
  return dead[0]!.attributes["cause"]!;
}

describe("a cause", () => {
  test("is cut to whole characters within 1 KiB", async () => {
    const cause = await causeOf("é".repeat(2_000));
    expect(new TextEncoder().encode(cause).length).toBeLessThanOrEqual(1_024);
    expect(cause).toMatch(/^é{500,}…$/u);
  });

  test("has no characters that SQS refuses", async () => {
    expect(await causeOf("nul \u0000 bell \u0007 kept \n")).toBe("nul ? bell ? kept \n");
  });

  test("tells the causes of the error", async () => {
    await run(sqsEvent(sqsRecord("m1", message("a"))), () => new TerminalError("outer", { cause: "inner" }));
    expect(dead[0]!.attributes["cause"]).toBe("outer (cause: inner)");
  });
});
