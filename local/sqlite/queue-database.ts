import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { isBusy } from "../store-failure.ts";
import { guarded, openDatabase } from "./database.ts";

/** `synchronous = full`: a sent message survives a power cut, as the raw object it speaks of does. */
const schema = `
  pragma synchronous = full;
  create table if not exists message (
    id integer primary key autoincrement,
    queue text not null,
    message_id text not null,
    body text not null,
    attributes text not null,
    visible_at_ms real not null,
    receive_count integer not null default 0,
    receipt_handle text unique,
    group_name text,
    owner text
  ) strict;
  create index if not exists message_by_queue on message (queue, id);
`;

/** Switching to the write-ahead log does not wait for other connections, so it is tried again; each try sleeps a little. */
const walAttempts = 100;
const walPauseMs = 10;

/**
 * Opens, or makes, the database in which all queues of a lake live.
 * @throws StoreUnavailableError where it cannot be opened.
 */
export function openQueueDatabase(path: string): DatabaseSync {
  const database = openDatabase(path);
  return guarded(dirname(path), () => {
    useWriteAheadLog(database);
    database.exec(schema);
    return database;
  });
}

function useWriteAheadLog(database: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec("pragma journal_mode = wal");
      return;
    } catch (error) {
      if (attempt === walAttempts || !isBusy(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, walPauseMs);
    }
  }
}
