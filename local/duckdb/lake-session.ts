import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBPreparedStatement } from "@duckdb/node-api";
import { QueryError } from "../../core/errors.ts";
import type { QueryResult, QueryValue } from "../../core/ports.ts";
import { type Table, tables, views } from "../../core/tables/index.ts";
import { walk } from "../files/walk.ts";
import { prepareReadOnly } from "./read-only.ts";
import { resultOf } from "./result-values.ts";
import { emptyTableViewSql, escapeGlob, quoteText, tableViewSql, viewSql } from "./table-view.ts";

export interface SessionLimits {
  readonly memoryLimitMb: number;
  readonly threads: number;
  readonly timeoutMs: number;
}

const preludeUrl = new URL("../../sql/prelude.duckdb.sql", import.meta.url);

/** Every table and view that a query can name. */
export const queryableNames: readonly string[] = [...tables, ...views].map(({ name }) => name);

/** A DuckDB instance that knows the tables and views of one lake and can do nothing but read them. */
export class LakeSession {
  readonly #instance: DuckDBInstance;
  readonly #lakeDirectory: string;
  readonly #limits: SessionLimits;
  /** Tables that had no objects when last looked at. */
  #empty: readonly Table[] = tables;
  #refreshing: Promise<void> = Promise.resolve();

  private constructor(instance: DuckDBInstance, lakeDirectory: string, limits: SessionLimits) {
    this.#instance = instance;
    this.#lakeDirectory = lakeDirectory;
    this.#limits = limits;
  }

  static async open(lakeDirectory: string, limits: SessionLimits): Promise<LakeSession> {
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: `${limits.memoryLimitMb}MB`,
      threads: String(limits.threads),
      // It trusts modification times in whole seconds; objects are replaced more often than that.
      enable_external_file_cache: "false",
      temp_directory: join(lakeDirectory, ".tmp", `duckdb-${process.pid}`),
    });
    const session = new LakeSession(instance, lakeDirectory, limits);
    await session.#execute([...(await catalogSql()), ...lockSql(lakeDirectory)]);
    return session;
  }

  /** Gives tables that have got their first objects a view of them; `all` looks at every table anew. */
  async refresh({ all }: { readonly all: boolean }): Promise<void> {
    const declare = () => this.#declareTables(all ? tables : this.#empty);
    // One after the other: two transactions cannot replace the same view.
    this.#refreshing = this.#refreshing.then(declare, declare);
    return this.#refreshing;
  }

  /** Runs one reading statement with bound parameters. Throws DuckDB's own errors, and QueryError for what is refused. */
  async run(sql: string, parameters: readonly QueryValue[]): Promise<QueryResult> {
    const connection = await this.#instance.connect();
    const { timeoutMs } = this.#limits;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      connection.interrupt();
    }, timeoutMs);
    try {
      const statement = await prepareReadOnly(connection, sql);
      bind(statement, parameters);
      return resultOf(await statement.runAndReadAll());
    } catch (error) {
      if (!timedOut) throw error;
      throw new QueryError(`query took longer than ${timeoutMs} ms and was stopped; narrow it`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      connection.closeSync();
    }
  }

  close(): void {
    this.#instance.closeSync();
  }

  async #declareTables(candidates: readonly Table[]): Promise<void> {
    const filled: Table[] = [];
    for (const table of candidates) if (await this.#hasObjects(table)) filled.push(table);
    const emptied = candidates.filter((table) => !filled.includes(table) && !this.#empty.includes(table));
    await this.#execute([
      ...filled.map((table) => tableViewSql(table, this.#lakeDirectory)),
      ...emptied.map(emptyTableViewSql),
    ]);
    const unfilled = (table: Table) => !filled.includes(table);
    this.#empty = [...new Set([...this.#empty, ...emptied])].filter(unfilled);
  }

  async #hasObjects({ prefix }: Table): Promise<boolean> {
    for await (const { key } of walk(this.#lakeDirectory, prefix)) if (key.endsWith(".parquet")) return true;
    return false;
  }

  async #execute(statements: readonly string[]): Promise<void> {
    if (statements.length === 0) return;
    const connection = await this.#instance.connect();
    try {
      await connection.run(statements.join(";\n"));
    } finally {
      connection.closeSync();
    }
  }
}

/** Tables are declared empty first: views on views would otherwise list the whole lake once for each of them. */
async function catalogSql(): Promise<string[]> {
  return [
    "set timezone = 'UTC'",
    await readFile(preludeUrl, "utf8"),
    ...tables.map(emptyTableViewSql),
    ...views.map((view) => viewSql(view, ["*"], `(${view.sql})`)),
  ];
}

/** After this, SQL can read files below the lake and nothing else, and cannot change that. */
function lockSql(lakeDirectory: string): string[] {
  const directories = [...new Set([lakeDirectory, escapeGlob(lakeDirectory)])].map(quoteText);
  return [
    `set allowed_directories = [${directories.join(", ")}]`,
    "set enable_external_access = false",
    "set lock_configuration = true",
  ];
}

function bind(statement: DuckDBPreparedStatement, parameters: readonly QueryValue[]): void {
  if (statement.parameterCount !== parameters.length) {
    throw new QueryError(
      `query has ${statement.parameterCount} parameters, but ${parameters.length} values were given`,
    );
  }
  for (const [i, value] of parameters.entries()) bindValue(statement, i + 1, value);
}

function bindValue(statement: DuckDBPreparedStatement, index: number, value: QueryValue): void {
  if (value === null) statement.bindNull(index);
  else if (typeof value === "string") statement.bindVarchar(index, value);
  else if (typeof value === "boolean") statement.bindBoolean(index, value);
  else if (typeof value === "bigint") statement.bindHugeInt(index, value);
  else if (Number.isSafeInteger(value)) statement.bindBigInt(index, BigInt(value));
  else if (Number.isFinite(value)) statement.bindDouble(index, value);
  else
    throw new QueryError(
      `parameter ${index} must be a finite number, got ${value}; use null for a missing one`,
    );
}
