import { describe, expect, test } from "vitest";
import { StoreUnavailableError, TransientError } from "../../../core/errors.ts";
import { storeFailure } from "../../../local/store-failure.ts";

const withCode = (code: string) => Object.assign(new Error(`${code}: something`), { code });
const sqlite = (errcode: number) => Object.assign(new Error("sqlite"), { code: "ERR_SQLITE_ERROR", errcode });

describe("an I/O failure", () => {
  test.each([
    ["ENOSPC", "the disk is full"],
    ["EACCES", "permission is denied"],
    ["EROFS", "read-only"],
    ["ENOENT", "cannot be made"],
    ["ENOTDIR", "a file, not a directory"],
  ])("%s names the directory and says what to do", (code, what) => {
    const cause = withCode(code);
    const error = storeFailure(cause, "/data/lake") as Error;
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toContain('"/data/lake"');
    expect(error.message).toContain(what);
    expect(error.message).toContain(code);
    expect(error.cause).toBe(cause);
  });

  test("of too many open files can be retried", () => {
    expect(storeFailure(withCode("EMFILE"), "/data/lake")).toBeInstanceOf(TransientError);
  });

  // Result codes: https://sqlite.org/rescode.html (5 busy, 261 busy recovery, 13 full, 8 read-only, 11 corrupt).
  test.each([
    [5, TransientError],
    [261, TransientError],
    [13, StoreUnavailableError],
    [8, StoreUnavailableError],
    [11, StoreUnavailableError],
  ])("with SQLite's code %i is told apart", (errcode, type) => {
    expect(storeFailure(sqlite(errcode), "/data/lake")).toBeInstanceOf(type);
  });

  test("that is none comes back unchanged", () => {
    const bug = new TypeError("a bug");
    expect(storeFailure(bug, "/data/lake")).toBe(bug);
  });
});
