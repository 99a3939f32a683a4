import { randomUUID } from "node:crypto";
import {
  type BatchResultErrorEntry,
  type MessageAttributeValue,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { TerminalError, TransientError } from "../../../core/errors.ts";
import type { Clock, OutgoingMessage } from "../../../core/ports.ts";
import { fullJitterMs } from "./backoff.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const maxBatchMessages = 10;
/** SQS takes 1 MiB a batch by now, emulators and queues with a lowered limit 256 KiB; billing is by 64 KiB anyway. */
const maxBatchBytes = 256 * 1_024;
const maxSendAttempts = 5;
const backoff = { baseMs: 100, maxMs: 2_000 };

/** The names of FIFO queues, and of no others, end so. */
const fifoSuffix = ".fifo";

/**
 * Sends all messages, in batches. Entries that SQS refuses for the moment are sent again, and come after those that it took.
 * @throws TerminalError for a message that SQS will never take, TransientError when attempts run out; some messages
 *   may have been sent then, which consumers of an at-least-once queue stand.
 */
export async function sendAll(
  client: SQSClient,
  queueUrl: string,
  messages: readonly OutgoingMessage[],
  clock: Clock,
): Promise<void> {
  const isFifo = queueUrl.endsWith(fifoSuffix);
  const entries = messages.map((message, index) => toEntry(message, index, isFifo));
  for (const batch of inBatches(entries)) await sendBatch(client, queueUrl, batch, clock);
}

async function sendBatch(
  client: SQSClient,
  queueUrl: string,
  batch: readonly SendMessageBatchRequestEntry[],
  clock: Clock,
): Promise<void> {
  let pending = batch;
  let failed: readonly BatchResultErrorEntry[] = [];
  for (let attempt = 0; attempt < maxSendAttempts; attempt++) {
    if (attempt > 0) await clock.sleep(fullJitterMs(backoff, attempt));
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...pending] });
    failed = (await client.send(command)).Failed ?? [];
    if (failed.length === 0) return;
    const refused = failed.find((entry) => entry.SenderFault === true);
    if (refused !== undefined) {
      throw new TerminalError(`queue "${queueUrl}" refuses a message: ${refused.Code}: ${refused.Message}`);
    }
    const failedIds = new Set(failed.map((entry) => entry.Id));
    pending = pending.filter((entry) => failedIds.has(entry.Id));
  }
  throw new TransientError(
    `queue "${queueUrl}" did not take ${failed.length} of ${batch.length} messages in ${maxSendAttempts} attempts: ${failed[0]?.Code}: ${failed[0]?.Message}`,
  );
}

/**
 * What is sent twice is meant twice: every message has a deduplication id of its own, under which it is also sent again. A
 * message whose text was sent minutes ago by another run would else be dropped without a word.
 */
function toEntry(message: OutgoingMessage, index: number, isFifo: boolean): SendMessageBatchRequestEntry {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [name, text] of Object.entries(message.attributes)) {
    attributes[name] = { DataType: "String", StringValue: text };
  }
  const entry = { Id: String(index), MessageBody: message.body, MessageAttributes: attributes };
  return isFifo ? { ...entry, MessageGroupId: message.group, MessageDeduplicationId: randomUUID() } : entry;
}

/** Cuts entries into batches within both limits, in their order. */
function inBatches(entries: readonly SendMessageBatchRequestEntry[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let bytesInLast = 0;
  for (const entry of entries) {
    const bytes = sizeBytes(entry);
    if (bytes > maxBatchBytes) {
      throw new TerminalError(`message of ${bytes} bytes is over the limit of ${maxBatchBytes}; split it`);
    }
    const last = batches.at(-1);
    if (last === undefined || last.length === maxBatchMessages || bytesInLast + bytes > maxBatchBytes) {
      batches.push([entry]);
      bytesInLast = bytes;
    } else {
      last.push(entry);
      bytesInLast += bytes;
    }
  }
  return batches;
}

/** Body and attribute names, types and values count. */
function sizeBytes(entry: SendMessageBatchRequestEntry): number {
  let bytes = Buffer.byteLength(entry.MessageBody ?? "");
  for (const [name, value] of Object.entries(entry.MessageAttributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(`${value.DataType}${value.StringValue}`);
  }
  return bytes;
}
