import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { MarketlakeError } from "../../core/errors.ts";
import type { QueryEngine, QueryResult, QueryValue } from "../../core/ports.ts";
import type { Table } from "../../core/tables/index.ts";
import { storeFailure } from "../store-failure.ts";
import type { LakeSession, SessionLimits } from "./lake-session.ts";
import { linkObjects, versionsOf } from "./object-versions.ts";
import { isVanishedFile, queryFailure } from "./query-failure.ts";

const defaultLimits: SessionLimits = {
  memoryLimitMb: 1_024,
  threads: availableParallelism(),
  timeoutMs: 300_000,
};

type Run = (session: LakeSession) => Promise<QueryResult>;

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
    this.#opening ??= openSession(this.#lakeDirectory, this.#limits);
    const session = await this.#opening;
    try {
      const query = await session.parse(sql);
      const run: Run = (on) => on.run(query, parameters);
      return await this.#runUndisturbed(session, await session.tablesOf(query), run);
    } catch (error) {
      throw error instanceof MarketlakeError ? error : queryFailure(error, session.names);
    }
  }

  async close(): Promise<void> {
    const session = await this.#opening;
    this.#opening = undefined;
    session?.close();
  }

  /**
   * DuckDB reads the footer of a file, then opens it again to read the rows; an object replaced in between gives rows
   * that never were, or an error. So a query during which its objects changed is asked again, of objects that cannot.
   */
  async #runUndisturbed(session: LakeSession, tables: readonly Table[], run: Run): Promise<QueryResult> {
    const before = versionsOf(this.#lakeDirectory, tables);
    const [outcome] = await Promise.allSettled([runOnPresentFiles(session, run)]);
    if (versionsOf(this.#lakeDirectory, tables) !== before) return this.#runOnSnapshot(tables, run);
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  }

  async #runOnSnapshot(tables: readonly Table[], run: Run): Promise<QueryResult> {
    const directory = join(this.#lakeDirectory, ".tmp", `snapshot-${randomUUID()}`);
    try {
      linkObjects(this.#lakeDirectory, tables, directory);
      const session = await openSession(directory, this.#limits);
      try {
        return await runOnPresentFiles(session, run);
      } finally {
        session.close();
      }
    } catch (error) {
      throw storeFailure(error, this.#lakeDirectory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

async function openSession(lakeDirectory: string, limits: SessionLimits): Promise<LakeSession> {
  const { LakeSession } = await import("./lake-session.ts");
  return LakeSession.open(lakeDirectory, limits);
}

/** A table whose last file is gone needs a view without files. */
async function runOnPresentFiles(session: LakeSession, run: Run): Promise<QueryResult> {
  await session.refresh({ all: false });
  try {
    return await run(session);
  } catch (error) {
    if (!isVanishedFile(error)) throw error;
    await session.refresh({ all: true });
    return run(session);
  }
}
