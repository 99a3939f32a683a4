import type { Clock, OutgoingMessage, QueueDepth, ReceivedMessage, WorkQueue } from "../../core/ports.ts";
import {
  assertReceiveBatch,
  assertRedrive,
  assertSendable,
  deadLetterCause,
  type QueueKind,
  type Redrive,
} from "../queue-rules.ts";

interface Entry {
  readonly messageId: string;
  readonly message: OutgoingMessage;
  visibleAtMs: number;
  receiveCount: number;
  receiptHandle: string | null;
}

/** A queue in memory with SQS's semantics, for tests and simulation. Time is the clock's; there are no timers. */
export class MemoryWorkQueue implements WorkQueue {
  readonly #clock: Clock;
  readonly #rules: Redrive<WorkQueue> & QueueKind;
  #entries: Entry[] = [];
  #sent = 0;
  #deliveries = 0;

  /** @throws ConfigError where `maxReceiveCount` comes without `deadLetterQueue` or the reverse. */
  constructor(clock: Clock, rules: Redrive<WorkQueue> & QueueKind = {}) {
    assertRedrive(rules);
    this.#clock = clock;
    this.#rules = rules;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    assertSendable(messages, this.#rules);
    for (const { body, attributes, group } of messages) {
      this.#entries.push({
        messageId: `message-${++this.#sent}`,
        message: {
          body,
          attributes: { ...attributes },
          ...(this.#rules.fifo === true && group !== undefined ? { group } : {}),
        },
        visibleAtMs: this.#clock.nowMs(),
        receiveCount: 0,
        receiptHandle: null,
      });
    }
  }

  async receive(options: {
    readonly maxMessages: number;
    readonly visibilityTimeoutMs: number;
  }): Promise<ReceivedMessage[]> {
    assertReceiveBatch(options.maxMessages);
    await this.#moveExhausted();
    const nowMs = this.#clock.nowMs();
    const out = this.#entries.filter((entry) => entry.visibleAtMs > nowMs);
    const heldGroups = new Set(out.flatMap(({ message: { group } }) => group ?? []));
    return this.#entries
      .filter(({ visibleAtMs, message }) => visibleAtMs <= nowMs && !heldGroups.has(message.group ?? ""))
      .slice(0, options.maxMessages)
      .map((entry) => this.#deliver(entry, nowMs + options.visibilityTimeoutMs));
  }

  async acknowledge(receiptHandle: string): Promise<void> {
    this.#entries = this.#entries.filter((entry) => entry.receiptHandle !== receiptHandle);
  }

  async release(receiptHandle: string, delayMs: number): Promise<void> {
    const entry = this.#entries.find((candidate) => candidate.receiptHandle === receiptHandle);
    if (entry !== undefined) entry.visibleAtMs = this.#clock.nowMs() + delayMs;
  }

  async depth(): Promise<QueueDepth> {
    const nowMs = this.#clock.nowMs();
    const visible = this.#entries.filter((entry) => entry.visibleAtMs <= nowMs).length;
    return { visible, inFlight: this.#entries.length - visible };
  }

  #deliver(entry: Entry, visibleAtMs: number): ReceivedMessage {
    entry.visibleAtMs = visibleAtMs;
    entry.receiveCount += 1;
    entry.receiptHandle = `receipt-${++this.#deliveries}`;
    return {
      ...entry.message,
      attributes: { ...entry.message.attributes },
      messageId: entry.messageId,
      receiptHandle: entry.receiptHandle,
      receiveCount: entry.receiveCount,
    };
  }

  /** Like SQS, gives up on a message when it would be delivered once more than allowed. */
  async #moveExhausted(): Promise<void> {
    const { maxReceiveCount, deadLetterQueue } = this.#rules;
    if (maxReceiveCount === undefined || deadLetterQueue === undefined) return;
    const nowMs = this.#clock.nowMs();
    const isExhausted = (entry: Entry) => entry.visibleAtMs <= nowMs && entry.receiveCount >= maxReceiveCount;
    const exhausted = this.#entries.filter(isExhausted);
    if (exhausted.length === 0) return;
    this.#entries = this.#entries.filter((entry) => !isExhausted(entry));
    await deadLetterQueue.send(
      exhausted.map(({ message }) => ({
        ...message,
        attributes: { cause: deadLetterCause(maxReceiveCount), ...message.attributes },
      })),
    );
  }
}
