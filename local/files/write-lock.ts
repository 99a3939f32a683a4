import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../sqlite/database.ts";

/**
 * Excludes every other writer of a lake, in this and other processes and threads, while a short synchronous action
 * runs. It is the write lock of an empty SQLite database: nothing is ever written to it, so taking it costs two system
 * calls, and the operating system takes it from a process that dies.
 */
export class WriteLock {
  readonly #database: DatabaseSync;

  /** @throws StoreUnavailableError where the lock file cannot be made. */
  constructor(path: string) {
    this.#database = openDatabase(path);
  }

  hold<T>(action: () => T): T {
    this.#database.exec("begin immediate");
    try {
      return action();
    } finally {
      this.#database.exec("rollback");
    }
  }

  close(): void {
    this.#database.close();
  }
}
