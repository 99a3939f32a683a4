import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { TerminalError, TransientError } from "../../../../core/errors.ts";
import type { Clock } from "../../../../core/ports.ts";
import { SqsWorkQueue } from "../../../../lambdas/shared/aws/sqs-work-queue.ts";

const sqs = mockClient(SQSClient);
const sleeps: number[] = [];
const clock: Clock = {
  nowMs: () => 0,
  sleep: (ms) => {
    sleeps.push(ms);
    return Promise.resolve();
  },
};
const queue = new SqsWorkQueue(new SQSClient({ region: "us-east-1" }), "https://sqs/queue", clock);
const messages = ["a", "b", "c"].map((body) => ({ body, attributes: { correlationId: "run-1" } }));
const sentBodies = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .map(({ args }) => args[0].input.Entries!.map((entry) => entry.MessageBody));
const failure = (id: string, senderFault: boolean) => ({
  Id: id,
  SenderFault: senderFault,
  Code: senderFault ? "InvalidMessageContents" : "InternalError",
  Message: "no",
});

beforeEach(() => {
  sqs.reset();
  sleeps.length = 0;
});

describe("sending a batch", () => {
  test("sends only the entries again that failed for the moment", async () => {
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [failure("1", false)] })
      .resolves({});
    await queue.send(messages);
    expect(sentBodies()).toEqual([["a", "b", "c"], ["b"]]);
    expect(sleeps).toHaveLength(1);
  });

  test("gives up on entries that keep failing with a transient error that counts them", async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [failure("0", false), failure("2", false)] });
    const error = await queue.send(messages).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TransientError);
    expect((error as Error).message).toContain("2 of 3 messages in 5 attempts");
  });

  test("does not repeat what is the sender's fault", async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [failure("0", true)] });
    await expect(queue.send(messages)).rejects.toThrow(TerminalError);
    expect(sentBodies()).toHaveLength(1);
  });

  test("refuses a message over the size limit before it sends any", async () => {
    const large = { body: "x".repeat(256 * 1_024), attributes: { correlationId: "run-1" } };
    await expect(queue.send([...messages, large])).rejects.toThrow(/over the limit of 262144/);
    expect(sentBodies()).toEqual([]);
  });

  test("sends an entry again under its deduplication id, and the same text later under another", async () => {
    const lane = new SqsWorkQueue(new SQSClient({ region: "us-east-1" }), "https://sqs/queue.fifo", clock);
    const message = { body: "a", attributes: {}, group: "yahoo" };
    sqs
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [failure("0", false)] })
      .resolves({});
    await lane.send([message]);
    await lane.send([message]);
    const entries = sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries![0]!);
    expect(entries.map(({ MessageGroupId }) => MessageGroupId)).toEqual(["yahoo", "yahoo", "yahoo"]);
    const [first, again, later] = entries.map(({ MessageDeduplicationId }) => MessageDeduplicationId);
    expect(again).toBe(first);
    expect(later).not.toBe(first);
  });

  test("names no group to a queue that is not FIFO", async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    await queue.send([{ body: "a", attributes: {}, group: "yahoo" }]);
    const [entry] = sqs.commandCalls(SendMessageBatchCommand)[0]!.args[0].input.Entries!;
    expect(entry).not.toHaveProperty("MessageGroupId");
  });

  test("sends attributes as strings", async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    await queue.send(messages);
    const [entry] = sqs.commandCalls(SendMessageBatchCommand)[0]!.args[0].input.Entries!;
    expect(entry!.MessageAttributes).toEqual({ correlationId: { DataType: "String", StringValue: "run-1" } });
  });
});
