import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { MarketlakeError } from "../../core/errors.ts";
import type { QueryEngine, QueryResult, QueryValue } from "../../core/ports.ts";
import type { LakeSession, SessionLimits } from "./lake-session.ts";
import { isVanishedFile, queryFailure } from "./query-failure.ts";

const defaultLimits: SessionLimits = {
  memoryLimitMb: 1_024,
  threads: availableParallelism(),
  timeoutMs: 300_000,
};

/**
 * SQL over the Parquet files of a lake directory, read-only. Every declared table and view exists, with no rows where
 * it has no files. Queries see the files as they are when the query starts, also those written after the engine was made.
 */
export class DuckDbQueryEngine implements QueryEngine {
  readonly #lakeDirectory: string;
  readonly #limits: SessionLimits;
  #opening: Promise<LakeSession> | undefined;

  /** DuckDB is loaded at the first query. */
  constructor(lakeDirectory: string, limits: Partial<SessionLimits> = {}) {
    this.#lakeDirectory = resolve(lakeDirectory);
    this.#limits = { ...defaultLimits, ...limits };
  }

  async query(sql: string, parameters: readonly QueryValue[] = []): Promise<QueryResult> {
    const session = await this.#session();
    const { queryableNames } = await import("./lake-session.ts");
    try {
      await session.refresh({ all: false });
      return await retriedOnce(session, () => session.run(sql, parameters));
    } catch (error) {
      throw error instanceof MarketlakeError ? error : queryFailure(error, queryableNames);
    }
  }

  async close(): Promise<void> {
    const session = await this.#opening;
    this.#opening = undefined;
    session?.close();
  }

  async #session(): Promise<LakeSession> {
    this.#opening ??= import("./lake-session.ts").then(({ LakeSession }) =>
      LakeSession.open(this.#lakeDirectory, this.#limits),
    );
    return this.#opening;
  }
}

/** Files may be deleted between listing and reading, by a rebuild for example. */
async function retriedOnce(session: LakeSession, run: () => Promise<QueryResult>): Promise<QueryResult> {
  try {
    return await run();
  } catch (error) {
    if (!isVanishedFile(error)) throw error;
    await session.refresh({ all: true });
    return run();
  }
}
