import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Clock, OutgoingMessage, QueueDepth, ReceivedMessage, WorkQueue } from "../../core/ports.ts";
import {
  assertReceiveBatch,
  assertRedrive,
  assertSendable,
  deadLetterCause,
  type Redrive,
} from "../queue-rules.ts";
import { guarded } from "./database.ts";
import { openQueueDatabase } from "./queue-database.ts";

/** The name of a queue and, by name, of its dead-letter queue in the same database. */
export interface SqliteQueueOptions extends Redrive<string> {
  readonly name: string;
}

interface MessageRow {
  readonly id: number;
  readonly message_id: string;
  readonly body: string;
  readonly attributes: string;
  readonly receive_count: number;
  readonly receipt_handle: string;
}

/**
 * A queue in a SQLite file with SQS's semantics, shared by several processes and threads. A message that was sent is on
 * the disk; one that a killed process had received becomes visible again after its timeout. Oldest messages first.
 *
 * Every method throws StoreUnavailableError where the database cannot be used, TransientError where it is locked.
 */
export class SqliteWorkQueue implements WorkQueue {
  readonly #directory: string;
  readonly #name: string;
  readonly #redrive: Redrive<string>;
  readonly #clock: Clock;
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;

  /** @throws ConfigError where `maxReceiveCount` comes without `deadLetterQueue` or the reverse. */
  constructor(databasePath: string, { name, ...redrive }: SqliteQueueOptions, clock: Clock) {
    assertRedrive(redrive);
    this.#directory = dirname(databasePath);
    this.#name = name;
    this.#redrive = redrive;
    this.#clock = clock;
    this.#database = openQueueDatabase(databasePath);
    this.#statements = guarded(this.#directory, () => prepareStatements(this.#database));
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    assertSendable(messages);
    if (messages.length === 0) return;
    const nowMs = this.#clock.nowMs();
    this.#transaction(() => {
      for (const { body, attributes } of messages)
        this.#statements.send.run(this.#name, randomUUID(), body, JSON.stringify(attributes), nowMs);
    });
  }

  async receive(options: {
    readonly maxMessages: number;
    readonly visibilityTimeoutMs: number;
  }): Promise<ReceivedMessage[]> {
    assertReceiveBatch(options.maxMessages);
    const nowMs = this.#clock.nowMs();
    const rows = this.#transaction(() => {
      this.#moveExhausted(nowMs);
      const visibleAtMs = nowMs + options.visibilityTimeoutMs;
      return this.#statements.receive.all(visibleAtMs, this.#name, nowMs, options.maxMessages);
    });
    return (rows as unknown as MessageRow[]).sort((a, b) => a.id - b.id).map(received);
  }

  async acknowledge(receiptHandle: string): Promise<void> {
    this.#run(this.#statements.acknowledge, receiptHandle, this.#name);
  }

  async release(receiptHandle: string, delayMs: number): Promise<void> {
    this.#run(this.#statements.release, this.#clock.nowMs() + delayMs, receiptHandle, this.#name);
  }

  async depth(): Promise<QueueDepth> {
    const row = guarded(this.#directory, () => this.#statements.depth.get(this.#clock.nowMs(), this.#name));
    const { total, visible } = row as unknown as { total: number; visible: number };
    return { visible, inFlight: total - visible };
  }

  close(): void {
    this.#database.close();
  }

  /** Like SQS, gives up on a message when it would be delivered once more than allowed. */
  #moveExhausted(nowMs: number): void {
    const { maxReceiveCount, deadLetterQueue } = this.#redrive;
    if (maxReceiveCount === undefined || deadLetterQueue === undefined) return;
    const cause = deadLetterCause(maxReceiveCount);
    this.#statements.moveExhausted.run(deadLetterQueue, nowMs, cause, this.#name, nowMs, maxReceiveCount);
  }

  #run(statement: StatementSync, ...values: (string | number)[]): void {
    guarded(this.#directory, () => statement.run(...values));
  }

  #transaction<T>(action: () => T): T {
    return guarded(this.#directory, () => {
      this.#database.exec("begin immediate");
      try {
        const result = action();
        this.#database.exec("commit");
        return result;
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec("rollback");
        throw error;
      }
    });
  }
}

function prepareStatements(database: DatabaseSync) {
  return {
    send: database.prepare(
      "insert into message (queue, message_id, body, attributes, visible_at_ms) values (?, ?, ?, ?, ?)",
    ),
    receive: database.prepare(
      `update message
       set visible_at_ms = ?, receive_count = receive_count + 1, receipt_handle = lower(hex(randomblob(16)))
       where id in (select id from message where queue = ? and visible_at_ms <= ? order by id limit ?)
       returning id, message_id, body, attributes, receive_count, receipt_handle`,
    ),
    acknowledge: database.prepare("delete from message where receipt_handle = ? and queue = ?"),
    release: database.prepare("update message set visible_at_ms = ? where receipt_handle = ? and queue = ?"),
    depth: database.prepare(
      "select count(*) as total, count(*) filter (where visible_at_ms <= ?) as visible from message where queue = ?",
    ),
    moveExhausted: database.prepare(
      `update message
       set queue = ?, visible_at_ms = ?, receive_count = 0, receipt_handle = null,
           attributes = json_insert(attributes, '$.cause', ?)
       where queue = ? and visible_at_ms <= ? and receive_count >= ?`,
    ),
  };
}

function received(row: MessageRow): ReceivedMessage {
  return {
    body: row.body,
    attributes: JSON.parse(row.attributes) as Record<string, string>,
    messageId: row.message_id,
    receiptHandle: row.receipt_handle,
    receiveCount: row.receive_count,
  };
}
