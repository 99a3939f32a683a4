/**
 * One batch of a queue: parse every record, group by output object, run the stage once per group, and tell SQS which
 * records to deliver again. Every record ends as done, as a failure that is retried, or in the dead-letter queue with
 * its cause.
 */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import {
  InvalidMessageError,
  StoreUnavailableError,
  TerminalError,
  UnreadableObjectError,
} from "../../core/errors.ts";
import type { Series } from "../../core/lake/keys.ts";
import type { WorkQueue } from "../../core/ports.ts";
import { deadLetter } from "./dead-letters.ts";
import { toDelivery, type Delivery } from "./deliveries.ts";

/** What a message must say for its output objects to be known. */
export interface ShardMessage extends Series {
  readonly shard: number;
}

/** A message that fits its schema, with the delivery that brought it. */
export interface Item<M> {
  readonly message: M;
  readonly delivery: Delivery;
}

export interface BatchOptions<M extends ShardMessage> {
  /** @throws InvalidMessageError */
  readonly parse: (body: string) => M;
  /** Runs the stage over messages of one series and shard. */
  readonly run: (group: readonly Item<M>[]) => Promise<void>;
  /** Whether the message names that object as its input. */
  readonly names: (message: M, key: string) => boolean;
  readonly deadLetters: Pick<WorkQueue, "send">;
  /** The receive after which a message is not delivered again. */
  readonly maxReceiveCount: number;
  readonly report: FailureReport;
}

/** Where failures are logged. */
export interface FailureReport {
  retried(deliveries: readonly Delivery[], error: unknown): void;
  deadLettered(deliveries: readonly Delivery[], error: unknown): void;
}

/** @throws StoreUnavailableError where the function cannot work at all, whatever the messages say. */
export async function processBatch<M extends ShardMessage>(
  event: SQSEvent,
  options: BatchOptions<M>,
): Promise<SQSBatchResponse> {
  const failed: Delivery[] = [];
  const { items, invalid } = parseAll(event.Records.map(toDelivery), options.parse);
  for (const { delivery, error } of invalid) failed.push(...(await giveUp([delivery], error, options)));
  // One group after the other: each holds whole objects in memory.
  for (const group of groupByShard(items)) failed.push(...(await runGroup(group, options)));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

function parseAll<M>(deliveries: readonly Delivery[], parse: (body: string) => M) {
  const items: Item<M>[] = [];
  const invalid: { delivery: Delivery; error: InvalidMessageError }[] = [];
  for (const delivery of deliveries) {
    try {
      items.push({ message: parse(delivery.body), delivery });
    } catch (error) {
      if (!(error instanceof InvalidMessageError)) throw error;
      invalid.push({ delivery, error });
    }
  }
  return { items, invalid };
}

function groupByShard<M extends ShardMessage>(items: readonly Item<M>[]): Iterable<readonly Item<M>[]> {
  return Map.groupBy(items, ({ message }) =>
    [message.assetClass, message.interval, message.shard].join("/"),
  ).values();
}

/** Runs a group, without the messages that cannot succeed. Returns the deliveries to retry. */
async function runGroup<M extends ShardMessage>(
  group: readonly Item<M>[],
  options: BatchOptions<M>,
): Promise<Delivery[]> {
  const failed: Delivery[] = [];
  let rest = group;
  while (rest.length > 0) {
    try {
      await options.run(rest);
      return failed;
    } catch (error) {
      const offenders = offendersOf(rest, error, options);
      if (offenders === "unknown") {
        for (const item of rest) failed.push(...(await runGroup([item], options)));
        return failed;
      }
      failed.push(...(await settle(offenders, error, options)));
      rest = rest.filter((item) => !offenders.includes(item));
    }
  }
  return failed;
}

/** Whose fault an error of a group is; `unknown` where running the messages one by one will tell. */
function offendersOf<M extends ShardMessage>(
  group: readonly Item<M>[],
  error: unknown,
  { names }: BatchOptions<M>,
): readonly Item<M>[] | "unknown" {
  if (!(error instanceof TerminalError) || error instanceof StoreUnavailableError) return group;
  if (error instanceof UnreadableObjectError) {
    const readers = group.filter(({ message }) => names(message, error.key));
    // No message names it: it is an object of the shard itself, which all of them need.
    return readers.length > 0 ? readers : group;
  }
  return group.length > 1 ? "unknown" : group;
}

async function settle<M extends ShardMessage>(
  items: readonly Item<M>[],
  error: unknown,
  options: BatchOptions<M>,
): Promise<readonly Delivery[]> {
  const deliveries = items.map(({ delivery }) => delivery);
  if (error instanceof StoreUnavailableError) throw error;
  if (error instanceof TerminalError) return giveUp(deliveries, error, options);
  const last = deliveries.filter(({ receiveCount }) => receiveCount >= options.maxReceiveCount);
  const others = deliveries.filter((delivery) => !last.includes(delivery));
  if (others.length > 0) options.report.retried(others, error);
  return [...others, ...(await giveUp(last, error, options))];
}

/** Moves deliveries to the dead-letter queue. Where that fails they are retried, so that none is lost. */
async function giveUp<M extends ShardMessage>(
  deliveries: readonly Delivery[],
  error: unknown,
  { deadLetters, report }: BatchOptions<M>,
): Promise<readonly Delivery[]> {
  if (deliveries.length === 0) return [];
  try {
    await deadLetter(deadLetters, deliveries, error);
  } catch (sendError) {
    report.retried(deliveries, sendError);
    return deliveries;
  }
  report.deadLettered(deliveries, error);
  return [];
}
