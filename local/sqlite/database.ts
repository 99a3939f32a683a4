import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeDirectory } from "../files/make-directory.ts";
import { storeFailure } from "../store-failure.ts";

/** Transactions here take less than a millisecond; who waits this long waits for something that hangs. */
const busyTimeoutMs = 20_000;

/**
 * Opens a database that several processes and threads use at once, and makes its directory.
 * @throws StoreUnavailableError where the directory cannot be used.
 */
export function openDatabase(path: string): DatabaseSync {
  const directory = dirname(path);
  return guarded(directory, () => {
    makeDirectory(directory);
    return new DatabaseSync(path, { timeout: busyTimeoutMs });
  });
}

/** Runs `action`; its I/O failures become errors that name `directory`. */
export function guarded<T>(directory: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw storeFailure(error, directory);
  }
}
