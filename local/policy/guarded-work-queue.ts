import type { OutgoingMessage, QueueDepth, ReceivedMessage, WorkQueue } from "../../core/ports.ts";
import type { Guard } from "./guard.ts";

/**
 * A queue with the permissions that SQS asks of senders, and of the event source that polls it in a function's name:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class GuardedWorkQueue implements WorkQueue {
  readonly #queue: WorkQueue;
  readonly #name: string;
  readonly #guard: Guard;

  constructor(queue: WorkQueue, name: string, guard: Guard) {
    this.#queue = queue;
    this.#name = name;
    this.#guard = guard;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length > 0) this.#guard.demand("sqs:SendMessage", this.#name);
    await this.#queue.send(messages);
  }

  async receive(options: {
    readonly maxMessages: number;
    readonly visibilityTimeoutMs: number;
  }): Promise<ReceivedMessage[]> {
    this.#guard.demand("sqs:ReceiveMessage", this.#name);
    return this.#queue.receive(options);
  }

  async acknowledge(receiptHandle: string): Promise<void> {
    this.#guard.demand("sqs:DeleteMessage", this.#name);
    await this.#queue.acknowledge(receiptHandle);
  }

  async release(receiptHandle: string, delayMs: number): Promise<void> {
    this.#guard.demand("sqs:ChangeMessageVisibility", this.#name);
    await this.#queue.release(receiptHandle, delayMs);
  }

  async depth(): Promise<QueueDepth> {
    this.#guard.demand("sqs:GetQueueAttributes", this.#name);
    return this.#queue.depth();
  }
}
