/**
 * What the pipeline needs from the world. Stage functions see only these interfaces; every adapter passes the
 * contract suite of its port (`test/contract`). Bytes, time and stores are always passed in.
 */

/** An object as listed: `etag` is opaque and changes with every write. */
export interface ObjectInfo {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** `absent`: only if no object has the key (`If-None-Match: *`). `etag`: only if it is still that version (`If-Match`). */
export type PutCondition = { readonly absent: true } | { readonly etag: string };

/** Only if the object is still that version (`If-Match`). */
export type DeleteCondition = { readonly etag: string };

/** The new etag, or a lost race. A lost race is an answer, not an error: the caller re-reads and decides. */
export type PutResult = { readonly written: true; readonly etag: string } | { readonly written: false };

/** Objects by key, with S3's semantics: atomic replace, strong read-after-write, conditional writes. */
export interface ObjectStore {
  /** The whole object, or null where the key has none. */
  get(key: string): Promise<StoredObject | null>;
  head(key: string): Promise<ObjectInfo | null>;
  /** Writes the whole object atomically: a reader sees the old bytes or the new ones, never a mixture. */
  put(key: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutResult>;
  /** Every object whose key starts with `prefix` and is greater than `startAfter`, in ascending key order. */
  list(prefix: string, startAfter?: string): AsyncIterable<ObjectInfo>;
  /** Deleting an absent key is not an error. False is a lost race: the object has changed or is gone, and was left as it is. */
  delete(key: string, condition?: DeleteCondition): Promise<boolean>;
}

export interface OutgoingMessage {
  /** UTF-8 text, at most 256 KiB. */
  readonly body: string;
  /** Travels beside the body, e.g. `correlationId`. */
  readonly attributes: Readonly<Record<string, string>>;
  /**
   * Asked of messages to a FIFO queue, which hands out those of a group in the order in which it took them, and none while
   * one before it is out. Other queues pay no heed to it. 1–128 printable ASCII characters without spaces.
   */
  readonly group?: string;
}

export interface ReceivedMessage extends OutgoingMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** 1 on first delivery. */
  readonly receiveCount: number;
}

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
}

/** One queue with at-least-once delivery, FIFO or not. A message not acknowledged in time is delivered again. */
export interface WorkQueue {
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Up to `maxMessages` (1–10) visible messages, hidden from others for `visibilityTimeoutMs`. */
  receive(options: {
    readonly maxMessages: number;
    readonly visibilityTimeoutMs: number;
  }): Promise<ReceivedMessage[]>;
  /** Removes a message for good. Acknowledging twice, or with a stale handle, is not an error. */
  acknowledge(receiptHandle: string): Promise<void>;
  /** Makes a message visible again after `delayMs`, before its visibility timeout ends. */
  release(receiptHandle: string, delayMs: number): Promise<void>;
  depth(): Promise<QueueDepth>;
}

export type QueryValue = string | number | bigint | boolean | null;

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Row-major; timestamps are ISO-8601 UTC strings, dates `YYYY-MM-DD`. */
  readonly rows: readonly (readonly QueryValue[])[];
  /** Bytes the engine read, where it tells. */
  readonly scannedBytes: number | null;
}

/** SQL over the lake. Parameters are bound, never concatenated. */
export interface QueryEngine {
  /** @throws QueryError for SQL that cannot run; TransientError where a later try may work. */
  query(sql: string, parameters?: readonly QueryValue[]): Promise<QueryResult>;
}

export interface SecretStore {
  /** @throws TerminalError naming the missing secret and where to set it. */
  get(name: string): Promise<string>;
}

export interface Notification {
  readonly severity: "info" | "warning" | "critical";
  readonly subject: string;
  readonly body: string;
}

export interface Notifier {
  notify(notification: Notification): Promise<void>;
}

/** Wall time and waiting. Business logic takes times as inputs; only retries and deadlines ask the clock. */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

export interface HttpRequest {
  /** May hold a key: never logged, never part of an error. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Until the whole body is there. */
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpClient {
  /** @throws TransientError where no whole response came: timeout, refused or broken connection, truncated body. */
  get(request: HttpRequest): Promise<HttpResponse>;
}
