import { TerminalError } from "../core/errors.ts";

/** S3's limit for the UTF-8 length of a key. */
const maxKeyBytes = 1_024;

/**
 * Refuses a key that cannot be both an S3 key and a relative path. Names that begin with a dot at the top belong to
 * the store itself (`.tmp`, `.state`).
 * @throws TerminalError that quotes the key and says what is wrong with it.
 */
export function assertObjectKey(key: string): void {
  const problem = problemOf(key);
  if (problem !== null) {
    throw new TerminalError(
      `object key ${JSON.stringify(key)} ${problem}; expected a relative path such as "curated/bars_daily/year=2026/shard-00.parquet"`,
    );
  }
}

/**
 * Refuses a prefix that no key can have, lest it be taken for a path out of the store.
 * @throws TerminalError that quotes the prefix.
 */
export function assertKeyPrefix(prefix: string): void {
  const segments = prefix.split("/");
  if (prefix.startsWith("/") || prefix.includes("\0") || segments.includes("..") || segments.includes(".")) {
    throw new TerminalError(
      `key prefix ${JSON.stringify(prefix)} is no prefix of a key; expected one such as "curated/bars_daily/"`,
    );
  }
}

function problemOf(key: string): string | null {
  if (key === "") return "is empty";
  if (key.includes("\0")) return "contains a NUL character";
  if (Buffer.byteLength(key) > maxKeyBytes) return `is longer than ${maxKeyBytes} bytes`;
  const segments = key.split("/");
  if (segments.includes("")) return "has an empty path segment or begins or ends with a slash";
  if (segments.includes(".") || segments.includes("..")) return 'has a path segment "." or ".."';
  if (key.startsWith(".")) return "begins with a dot, which is kept for the store's own files";
  return null;
}
