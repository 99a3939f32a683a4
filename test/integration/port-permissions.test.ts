/** The guards ask for what IAM asks of the SDK calls that the AWS adapters make. */
import type { GetObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ObjectStore, WorkQueue } from "../../core/ports.ts";
import { S3ObjectStore } from "../../lambdas/shared/aws/s3-object-store.ts";
import { SqsWorkQueue } from "../../lambdas/shared/aws/sqs-work-queue.ts";
import { Guard } from "../../local/policy/guard.ts";
import { GuardedObjectStore } from "../../local/policy/guarded-object-store.ts";
import { GuardedWorkQueue } from "../../local/policy/guarded-work-queue.ts";
import { type Emulator, startEmulator } from "../helpers/emulator.ts";

interface SdkInput extends Partial<GetObjectCommandInput> {
  readonly QueueUrl?: string;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html and …/list_amazonsqs.html */
const actionOfCommand: Readonly<Record<string, string>> = {
  GetObjectCommand: "s3:GetObject",
  HeadObjectCommand: "s3:GetObject",
  PutObjectCommand: "s3:PutObject",
  DeleteObjectCommand: "s3:DeleteObject",
  ListObjectsV2Command: "s3:ListBucket",
  SendMessageBatchCommand: "sqs:SendMessage",
  ReceiveMessageCommand: "sqs:ReceiveMessage",
  DeleteMessageCommand: "sqs:DeleteMessage",
  ChangeMessageVisibilityCommand: "sqs:ChangeMessageVisibility",
  GetQueueAttributesCommand: "sqs:GetQueueAttributes",
};

const bucket = "bucket";
const queueName = "queue";
const bytes = new Uint8Array([1]);
const sent: string[] = [];
const demanded: string[] = [];
let emulator: Emulator;
let store: ObjectStore;
let queue: WorkQueue;

beforeAll(async () => {
  emulator = await startEmulator();
  record(emulator.s3);
  record(emulator.sqs);
  const guard = new Guard({
    functionId: "f",
    statements: [{ Effect: "Allow", Action: ["*"], Resource: ["*"] }],
    observe: ({ action, resource }) => demanded.push(`${action} ${resource}`),
  });
  const { bucketName } = emulator.server.createBucket(bucket);
  const { queueUrl } = emulator.server.createQueue(queueName);
  store = new GuardedObjectStore(new S3ObjectStore(emulator.s3, bucketName), bucket, guard);
  queue = new GuardedWorkQueue(new SqsWorkQueue(emulator.sqs, queueUrl), queueName, guard);
});
afterAll(() => emulator.stop());
beforeEach(() => {
  sent.length = 0;
  demanded.length = 0;
});

/** Notes every call of a client as the action and resource that IAM sees. */
function record(client: S3Client | SQSClient): void {
  (client as S3Client).middlewareStack.add(
    (next, { commandName = "" }) =>
      (call) => {
        const { Bucket, Key, QueueUrl } = call.input as SdkInput;
        const resource = QueueUrl?.split("/").at(-1) ?? (Key === undefined ? Bucket : `${Bucket}/${Key}`);
        sent.push(`${actionOfCommand[commandName] ?? commandName} ${resource}`);
        return next(call);
      },
    { step: "initialize" },
  );
}

describe("the permissions that a guarded port asks for", () => {
  test("are those of its calls of S3", async () => {
    await store.put("a", bytes);
    await store.put("b", bytes, { absent: true });
    await store.get("a");
    await store.head("a");
    for await (const { key } of store.list("a")) expect(key).toBe("a");
    await store.delete("b");
    expect(sent).toHaveLength(6);
    expect(demanded).toEqual(sent);
  });

  test("are those of its calls of SQS", async () => {
    await queue.send([
      { body: "1", attributes: {} },
      { body: "2", attributes: {} },
    ]);
    const received = await queue.receive({ maxMessages: 2, visibilityTimeoutMs: 30_000 });
    await queue.release(received[0]!.receiptHandle, 1_000);
    await queue.acknowledge(received[1]!.receiptHandle);
    await queue.depth();
    expect(sent).toHaveLength(5);
    expect(demanded).toEqual(sent);
  });

  test("are none where nothing is sent", async () => {
    await queue.send([]);
    expect([...sent, ...demanded]).toEqual([]);
  });
});
