import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Clock, OutgoingMessage, QueueDepth, ReceivedMessage, WorkQueue } from "../../core/ports.ts";
import {
  assertReceiveBatch,
  assertRedrive,
  assertSendable,
  deadLetterCause,
  type QueueKind,
  type Redrive,
} from "../queue-rules.ts";
import { guarded } from "./database.ts";
import { isRunning, processIdentity } from "./process-identity.ts";
import { openQueueDatabase } from "./queue-database.ts";

/** The name of a queue and, by name, of its dead-letter queue in the same database. */
export interface SqliteQueueOptions extends Redrive<string>, QueueKind {
  readonly name: string;
}

interface MessageRow {
  readonly id: number;
  readonly message_id: string;
  readonly body: string;
  readonly attributes: string;
  readonly receive_count: number;
  readonly receipt_handle: string;
  readonly group_name: string | null;
}

/**
 * A queue in a SQLite file with SQS's semantics, shared by several processes and threads. A message that was sent is on
 * the disk; one that a killed process had received becomes visible again after its timeout, or at once by
 * `releaseAbandoned`. Oldest messages first.
 *
 * Every method throws StoreUnavailableError where the database cannot be used, TransientError where it is locked.
 */
export class SqliteWorkQueue implements WorkQueue {
  readonly #directory: string;
  readonly #name: string;
  readonly #rules: Redrive<string> & QueueKind;
  readonly #clock: Clock;
  readonly #owner = processIdentity();
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;

  /** @throws ConfigError where `maxReceiveCount` comes without `deadLetterQueue` or the reverse. */
  constructor(databasePath: string, { name, ...rules }: SqliteQueueOptions, clock: Clock) {
    assertRedrive(rules);
    this.#directory = dirname(databasePath);
    this.#name = name;
    this.#rules = rules;
    this.#clock = clock;
    this.#database = openQueueDatabase(databasePath);
    this.#statements = guarded(this.#directory, () => prepareStatements(this.#database));
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    assertSendable(messages, this.#rules);
    if (messages.length === 0) return;
    const nowMs = this.#clock.nowMs();
    this.#transaction(() => {
      for (const { body, attributes, group } of messages) {
        const text = JSON.stringify(attributes);
        const lane = this.#rules.fifo === true ? (group ?? null) : null;
        this.#statements.send.run(this.#name, randomUUID(), body, text, nowMs, lane);
      }
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
      const next = this.#statements.next.get(this.#name, nowMs, nowMs) as
        | { group_name: string | null }
        | undefined;
      if (next === undefined) return [];
      const visibleAtMs = nowMs + options.visibilityTimeoutMs;
      const { maxMessages } = options;
      return this.#statements.receive.all(
        visibleAtMs,
        this.#owner,
        this.#name,
        nowMs,
        next.group_name,
        maxMessages,
      );
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

  /** The oldest messages, whoever holds them; they stay as they are. */
  peek(limit: number): readonly Pick<ReceivedMessage, "messageId" | "body" | "attributes">[] {
    const rows = guarded(this.#directory, () => this.#statements.peek.all(this.#name, limit));
    return (rows as unknown as MessageRow[]).map(received);
  }

  /** Makes messages visible that processes of this machine held when they died. Returns how many. */
  releaseAbandoned(): number {
    const owners = guarded(this.#directory, () =>
      this.#statements.owners.all(this.#name, this.#clock.nowMs()),
    );
    const dead = (owners as unknown as { owner: string }[]).filter(({ owner }) => !isRunning(owner));
    return dead.reduce((sum, { owner }) => {
      const { changes } = guarded(this.#directory, () =>
        this.#statements.abandon.run(this.#clock.nowMs(), this.#name, owner),
      );
      return sum + Number(changes);
    }, 0);
  }

  close(): void {
    this.#database.close();
  }

  /** Like SQS, gives up on a message when it would be delivered once more than allowed. */
  #moveExhausted(nowMs: number): void {
    const { maxReceiveCount, deadLetterQueue } = this.#rules;
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
      "insert into message (queue, message_id, body, attributes, visible_at_ms, group_name) values (?, ?, ?, ?, ?, ?)",
    ),
    // The oldest visible message whose group nobody holds.
    next: database.prepare(
      `select group_name from message as candidate
       where queue = ? and visible_at_ms <= ? and not exists (
         select 1 from message as held
         where held.queue = candidate.queue and held.group_name = candidate.group_name and held.visible_at_ms > ?)
       order by id limit 1`,
    ),
    receive: database.prepare(
      `update message
       set visible_at_ms = ?, owner = ?, receive_count = receive_count + 1, receipt_handle = lower(hex(randomblob(16)))
       where id in (select id from message where queue = ? and visible_at_ms <= ? and group_name is ? order by id limit ?)
       returning id, message_id, body, attributes, receive_count, receipt_handle, group_name`,
    ),
    peek: database.prepare(
      `select id, message_id, body, attributes, receive_count, receipt_handle, group_name
       from message where queue = ? order by id limit ?`,
    ),
    owners: database.prepare(
      "select distinct owner from message where queue = ? and visible_at_ms > ? and owner is not null",
    ),
    abandon: database.prepare(
      "update message set visible_at_ms = ?, owner = null where queue = ? and owner = ?",
    ),
    acknowledge: database.prepare("delete from message where receipt_handle = ? and queue = ?"),
    release: database.prepare(
      "update message set visible_at_ms = ?, owner = null where receipt_handle = ? and queue = ?",
    ),
    depth: database.prepare(
      "select count(*) as total, count(*) filter (where visible_at_ms <= ?) as visible from message where queue = ?",
    ),
    moveExhausted: database.prepare(
      `update message
       set queue = ?, visible_at_ms = ?, receive_count = 0, receipt_handle = null, owner = null,
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
    ...(row.group_name === null ? {} : { group: row.group_name }),
  };
}
