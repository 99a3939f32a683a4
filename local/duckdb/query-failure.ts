import { QueryError, TransientError, type MarketlakeError } from "../../core/errors.ts";
import { remedyFor } from "../../core/lake/remedy.ts";
import { nearest } from "../../core/nearest.ts";

/** What DuckDB puts before a syntax error when it splits a text into statements. */
const splitPrefix = "Failed to extract statements: ";
/** DuckDB's guess, often one of its own internal tables. */
const guess = /\nDid you mean ".*"\?\n?/;
const unknownTable = /^Catalog Error: Table with name (.+) does not exist!/;
/** A file that the listing named was replaced or deleted before it was opened. */
const vanished = /^IO Error: (?:No files found that match|Cannot open file .*No such file or directory)/s;

/** What DuckDB says of a Parquet file that was cut short or overwritten, whose path it names in quotes. */
const damaged = /No magic bytes found|Could not read enough bytes|too small to be a Parquet file|[Ff]ooter/;
const parquetPath = /['"]([^'"]+\.parquet)['"]/;

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
  const [, path] = (damaged.test(text) && parquetPath.exec(text)) || [];
  if (path !== undefined)
    return new QueryError(
      // Where it stands in the statement says nothing: that is our own, of the view.
      `${JSON.stringify(path)} is damaged; ${remedyFor(path)}: ${text.split("\n\nLINE ")[0]}`,
      { cause: error },
    );
  // The decoders of pages do not know in which file they are.
  if (text.startsWith("Invalid Error"))
    return new QueryError(
      `an object of the lake is damaged: ${text}; if it is of the curated zone, "marketlake rebuild" makes it afresh`,
      { cause: error },
    );
  if (text.startsWith("IO Error"))
    return new TransientError(`query could not read the lake; try again: ${text}`, { cause: error });
  return new QueryError(`query cannot run: ${text}`, { cause: error });
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.startsWith(splitPrefix) ? text.slice(splitPrefix.length) : text;
}
