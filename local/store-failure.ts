import { StoreUnavailableError, TransientError } from "../core/errors.ts";

/** What an errno means for a lake directory and what to do about it. */
const failures: Readonly<Record<string, readonly [what: string, next: string]>> = {
  ENOSPC: ["the disk is full", "free some space, then run the same command again"],
  EDQUOT: [
    "the disk quota is used up",
    "free some space or raise the quota, then run the same command again",
  ],
  EACCES: ["permission is denied", "give the user who runs marketlake read and write access"],
  EPERM: ["permission is denied", "give the user who runs marketlake read and write access"],
  EROFS: ["the file system is read-only", "choose a directory on a writable file system with --lake DIR"],
  // What Node reports where it may not make a directory on a read-only file system, too.
  ENOENT: [
    "a directory of it is not there and cannot be made",
    "check the path, or choose a directory on a writable file system with --lake DIR",
  ],
  ENOTDIR: ["a part of the path is a file, not a directory", "choose another directory with --lake DIR"],
  EEXIST: ["a file stands where a directory is expected", "choose another directory with --lake DIR"],
  EISDIR: ["a directory stands where a file is expected", "move it away or choose another --lake DIR"],
  ENAMETOOLONG: ["a name is longer than the file system allows", "use a shorter lake path or symbol"],
  EIO: ["the disk reports an input/output error", "check the disk; the system log says more"],
};

/** Too many open files: others close theirs. */
const transientCodes: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "EAGAIN", "EBUSY"]);

/** SQLite result codes (https://sqlite.org/rescode.html), as `errcode` of node:sqlite's errors. */
const sqliteBusy = 5;
const sqliteCodes: Readonly<Record<number, string>> = { 3: "EACCES", 8: "EROFS", 10: "EIO", 13: "ENOSPC" };
const sqliteCannotOpen = 14;
const sqliteDamaged: ReadonlySet<number> = new Set([11, 26]);

/**
 * The error to throw for an I/O failure in `directory`: names the directory, what happened and what to do.
 * Errors that are none of the known I/O failures come back unchanged.
 */
export function storeFailure(error: unknown, directory: string): unknown {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === "number") return sqliteFailure(error, errcode & 0xff, directory);
  if (typeof code !== "string") return error;
  if (transientCodes.has(code))
    return new TransientError(`lake directory "${directory}" is busy (${code}); try again`, { cause: error });
  return knownFailure(error, code, directory) ?? error;
}

/** Whether another connection holds a SQLite database. */
export function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === "number" && (errcode & 0xff) === sqliteBusy;
}

function sqliteFailure(error: unknown, primaryCode: number, directory: string): unknown {
  if (primaryCode === sqliteBusy)
    return new TransientError(`another process holds the database in "${directory}" too long; try again`, {
      cause: error,
    });
  if (sqliteDamaged.has(primaryCode))
    return new StoreUnavailableError(
      `a database in "${directory}" is damaged (${(error as Error).message}); move its .sqlite files away, then run "marketlake rebuild"`,
      { cause: error },
    );
  if (primaryCode === sqliteCannotOpen)
    return new StoreUnavailableError(
      `cannot open a database in "${directory}"; check that the directory is writable`,
      { cause: error },
    );
  return knownFailure(error, sqliteCodes[primaryCode], directory) ?? error;
}

function knownFailure(error: unknown, code: string | undefined, directory: string): Error | null {
  const failure = code === undefined ? undefined : failures[code];
  if (failure === undefined) return null;
  const [what, next] = failure;
  return new StoreUnavailableError(`cannot use lake directory "${directory}": ${what} (${code}); ${next}`, {
    cause: error,
  });
}
