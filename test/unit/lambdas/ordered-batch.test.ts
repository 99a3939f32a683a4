import { describe, expect, test } from "vitest";
import { InvalidMessageError, StoreUnavailableError, TransientError } from "../../../core/errors.ts";
import type { OutgoingMessage } from "../../../core/ports.ts";
import type { ShardMessage } from "../../../lambdas/shared/batch.ts";
import { processInOrder } from "../../../lambdas/shared/ordered-batch.ts";
import { sqsEvent, sqsRecord } from "../../helpers/sqs-event.ts";

/** Records `<group><number>`, such as `a1`; the stage throws what `failures` has for one. */
async function run(ids: readonly string[], failures: Readonly<Record<string, Error>> = {}) {
  const ran: string[] = [];
  const dead: OutgoingMessage[] = [];
  const message = { assetClass: "stock", interval: "15min", shard: 0 } as const;
  const answer = await processInOrder<ShardMessage & { readonly id: string }>(
    sqsEvent(...ids.map((id) => sqsRecord(id, id, { group: id[0]!, receiveCount: 1 }))),
    {
      parse: (id) => {
        if (id.endsWith("!")) throw new InvalidMessageError("no message");
        return { ...message, id };
      },
      run: async (group) => {
        for (const { message: item } of group) {
          ran.push(item.id);
          if (failures[item.id] !== undefined) throw failures[item.id]!;
        }
      },
      names: () => false,
      deadLetters: { send: async (messages) => void dead.push(...messages) },
      maxReceiveCount: 3,
      report: { retried: () => {}, deadLettered: () => {} },
    },
  );
  return { ran, dead, again: answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

describe("a batch of a FIFO queue", () => {
  test("is run record by record, in its order", async () => {
    expect(await run(["a1", "b1", "a2"])).toEqual({ ran: ["a1", "b1", "a2"], dead: [], again: [] });
  });

  test("leaves the later records of a group alone after one that failed for the moment, and runs other groups", async () => {
    const { ran, again } = await run(["a1", "a2", "b1", "a3", "b2"], { a1: new TransientError("down") });
    expect(ran).toEqual(["a1", "b1", "b2"]);
    expect(again).toEqual(["a1", "a2", "a3"]);
  });

  test("goes on after a record that no retry can help, which becomes a dead letter of its group", async () => {
    const { ran, again, dead } = await run(["a!", "a2"]);
    expect({ ran, again }).toEqual({ ran: ["a2"], again: [] });
    expect(dead).toMatchObject([
      { body: "a!", group: "a", attributes: { errorType: "InvalidMessageError" } },
    ]);
  });

  test("stops where the function cannot work at all", async () => {
    await expect(run(["a1", "b1"], { a1: new StoreUnavailableError("disk full") })).rejects.toThrow(
      "disk full",
    );
  });
});
