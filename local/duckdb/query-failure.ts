import { QueryError, TransientError, type MarketlakeError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";

/** What DuckDB puts before a syntax error when it splits a text into statements. */
const splitPrefix = "Failed to extract statements: ";
/** DuckDB's guess, often one of its own internal tables. */
const guess = /\nDid you mean ".*"\?\n?/;
const unknownTable = /^Catalog Error: Table with name (.+) does not exist!/;
/** A file that the listing named was replaced or deleted before it was opened. */
const vanished = /^IO Error: (?:No files found that match|Cannot open file .*No such file or directory)/s;

export function isVanishedFile(error: unknown): boolean {
  return vanished.test(textOf(error));
}

/** The error to throw for a failure of DuckDB. `names` are the tables and views that exist. */
export function queryFailure(error: unknown, names: readonly string[]): MarketlakeError {
  const text = textOf(error);
  const [, unknown] = unknownTable.exec(text) ?? [];
  if (unknown !== undefined) {
    const position = text.slice(text.indexOf("\n")).replace(guess, "\n");
    return new QueryError(
      `there is no table or view ${JSON.stringify(unknown)}; ${nearest(unknown, names)}${position}`,
      { cause: error },
    );
  }
  if (text.startsWith("Permission Error"))
    return new QueryError(`queries read the lake and nothing else: ${text}`, { cause: error });
  if (text.startsWith("Out of Memory Error"))
    return new QueryError(`query needs more memory than it may take; narrow it or raise the limit: ${text}`, {
      cause: error,
    });
  if (text.startsWith("IO Error"))
    return new TransientError(`query could not read the lake; try again: ${text}`, { cause: error });
  return new QueryError(`query cannot run: ${text}`, { cause: error });
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.startsWith(splitPrefix) ? text.slice(splitPrefix.length) : text;
}
