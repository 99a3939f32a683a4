import { ConfigError, TerminalError } from "../core/errors.ts";
import type { OutgoingMessage } from "../core/ports.ts";

/** The port's limits; embedded queues enforce them so that what runs here also runs on SQS. */
const maxMessageBytes = 262_144;
const maxReceiveBatch = 10;

/** What SQS takes for the id of a group: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html */
const groupPattern = /^[!-~]{1,128}$/;

/** What kind of queue it is. */
export interface QueueKind {
  /** Keeps the order within a group, and has one message of a group out at a time. Every message needs a group. */
  readonly fifo?: boolean;
}

/** Where messages go that were delivered `maxReceiveCount` times in vain. */
export interface Redrive<Queue> {
  readonly maxReceiveCount?: number;
  readonly deadLetterQueue?: Queue;
}

/** @throws ConfigError where only one half of a redrive policy is given, or the count is no positive integer. */
export function assertRedrive({ maxReceiveCount, deadLetterQueue }: Redrive<unknown>): void {
  if ((maxReceiveCount === undefined) !== (deadLetterQueue === undefined))
    throw new ConfigError("a queue needs both maxReceiveCount and deadLetterQueue, or neither");
  if (maxReceiveCount !== undefined && !(Number.isInteger(maxReceiveCount) && maxReceiveCount > 0))
    throw new ConfigError(`maxReceiveCount must be a positive integer, not ${maxReceiveCount}`);
}

/**
 * @throws TerminalError where the body and attributes of a message are larger than a queue carries, or a FIFO queue gets a
 *   message without a group.
 */
export function assertSendable(messages: readonly OutgoingMessage[], { fifo }: QueueKind): void {
  for (const { body, attributes, group } of messages) {
    if (fifo === true && !groupPattern.test(group ?? "")) {
      throw new TerminalError(
        `message starting ${JSON.stringify(body.slice(0, 60))} has the group ${JSON.stringify(group)}; a FIFO queue takes messages with a group of 1 to 128 printable characters without spaces`,
      );
    }
    const sizeBytes = [body, ...Object.entries(attributes).flat()].reduce(
      (sum, text) => sum + Buffer.byteLength(text),
      0,
    );
    if (sizeBytes > maxMessageBytes) {
      throw new TerminalError(
        `message of ${sizeBytes} bytes, starting ${JSON.stringify(body.slice(0, 60))}, is larger than the ${maxMessageBytes} bytes a queue carries; put the data into the object store and send its key`,
      );
    }
  }
}

/** @throws TerminalError where `maxMessages` is outside 1–10. */
export function assertReceiveBatch(maxMessages: number): void {
  if (!(Number.isInteger(maxMessages) && maxMessages >= 1 && maxMessages <= maxReceiveBatch))
    throw new TerminalError(
      `maxMessages must be an integer from 1 to ${maxReceiveBatch}, not ${maxMessages}`,
    );
}

/** The attribute that says why a message lies in a dead-letter queue. */
export function deadLetterCause(maxReceiveCount: number): string {
  return `received ${maxReceiveCount} times without success`;
}
