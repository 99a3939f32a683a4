/** What Lambda's event source mappings do on AWS: polls queues, invokes functions, settles what they answer. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { ReceivedMessage, WorkQueue } from "../../core/ports.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import type { Wiring } from "../wiring.ts";
import type { Station } from "./station.ts";

/** The port hands out at most ten messages at a time. */
const receiveMax = 10;
/** Another thread or process holds the messages that are left; it may hand work on, or die. */
const idlePauseMs = 20;
/** A failed message rests this long times the number of its receives; on AWS it rests for the visibility timeout. */
const retryPauseMs = 250;

export interface DrainTotals {
  /** Messages done. */
  readonly messages: number;
  /** Deliveries that failed and will be, or were, tried again. */
  readonly retries: number;
}

interface Source {
  /** With the permissions of the function. */
  readonly polled: WorkQueue;
  readonly queue: WorkQueue;
  readonly handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
  readonly arn: string;
}

/**
 * Works until the queues of all event sources are empty, those that others hold included. Sources come in the order of
 * the data, so that bars are complete before indicators are computed from them.
 *
 * @param isMine whose queues; by default those of all functions
 */
export async function drain(
  station: Station,
  onProgress?: (totals: DrainTotals) => void,
  isMine: (functionId: Wiring["functions"][number]["id"]) => boolean = () => true,
): Promise<DrainTotals> {
  const wired = station.wiring.eventSources.filter(({ functionId }) => isMine(functionId));
  const all = wired.map((source) => ({
    functionId: source.functionId,
    polled: station.polledQueue(source),
    // Messages rest shorter than on AWS; that is the runtime's doing, not the function's.
    queue: station.queue(source.queue),
    batchSize: Math.min(source.batchSize, receiveMax),
    visibilityTimeoutMs: visibilityTimeoutMs(station, source.queue),
    handler: station.consumer(source.functionId),
    arn: `arn:aws:sqs:embedded:000000000000:${source.queue}`,
  }));
  let messages = 0;
  let retries = 0;
  for (;;) {
    // Requests wait for the next process when this one is about to end.
    const sources = station.isStopping ? all.filter(({ functionId }) => functionId !== "extract") : all;
    let received: ReceivedMessage[] = [];
    for (const source of sources) {
      const { batchSize: maxMessages, visibilityTimeoutMs } = source;
      received = await source.polled.receive({ maxMessages, visibilityTimeoutMs });
      if (received.length === 0) continue;
      const failed = await deliver(source, received);
      messages += received.length - failed;
      retries += failed;
      onProgress?.({ messages, retries });
      break;
    }
    if (received.length > 0) continue;
    if (await allEmpty(sources)) return { messages, retries };
    for (const { queue } of sources) queue.releaseAbandoned();
    await systemClock.sleep(idlePauseMs);
  }
}

async function allEmpty(sources: readonly Source[]): Promise<boolean> {
  for (const { polled } of sources) {
    const { visible, inFlight } = await polled.depth();
    if (visible + inFlight > 0) return false;
  }
  return true;
}

/** Returns how many of the messages failed. An error of the function itself fails them all, and surfaces. */
async function deliver(
  { polled, queue, handler, arn }: Source,
  received: readonly ReceivedMessage[],
): Promise<number> {
  let failures: ReadonlySet<string>;
  try {
    const response = await handler({ Records: received.map((message) => toRecord(message, arn)) });
    failures = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  } catch (error) {
    for (const message of received) await queue.release(message.receiptHandle, 0);
    throw error;
  }
  for (const message of received) {
    if (failures.has(message.messageId))
      await queue.release(message.receiptHandle, retryPauseMs * message.receiveCount);
    else await polled.acknowledge(message.receiptHandle);
  }
  return failures.size;
}

function toRecord(message: ReceivedMessage, eventSourceARN: string): SQSRecord {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: "0",
      SenderId: "embedded",
      ApproximateFirstReceiveTimestamp: "0",
      ...(message.group === undefined ? {} : { MessageGroupId: message.group }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, stringValue]) => [
        name,
        { stringValue, dataType: "String" },
      ]),
    ),
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion: "embedded",
  };
}

function visibilityTimeoutMs(station: Station, name: string): number {
  return station.wiring.queues.find((queue) => queue.name === name)!.visibilityTimeoutMs;
}
