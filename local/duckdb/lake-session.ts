import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { QueryError } from "../../core/errors.ts";
import type { QueryResult, QueryValue } from "../../core/ports.ts";
import { type Table, tables, type View } from "../../core/tables/index.ts";
import { views } from "../../core/tables/views.ts";
import { walk } from "../files/walk.ts";
import { bindParameters } from "./parameters.ts";
import { parseReadOnly, type ReadOnlyQuery } from "./read-only.ts";
import { resultOf } from "./result-values.ts";
import {
  brokenTableViewSql,
  emptyTableViewSql,
  escapeGlob,
  quoteText,
  tableViewSql,
  viewSql,
} from "./table-view.ts";

export interface SessionLimits {
  readonly memoryLimitMb: number;
  readonly threads: number;
  readonly timeoutMs: number;
}

const preludeUrl = new URL("../../sql/prelude.duckdb.sql", import.meta.url);

/** A DuckDB instance that knows the tables and views of one lake and can do nothing but read them. */
export class LakeSession {
  /** Every table and view that a query can name. */
  readonly names: readonly string[] = [...tables, ...views].map(({ name }) => name);
  readonly #instance: DuckDBInstance;
  readonly #lakeDirectory: string;
  readonly #limits: SessionLimits;
  /** Tables that had no objects, or none that can be read, when last looked at. */
  readonly #unread = new Set<Table>(tables);
  readonly #viewNames = new Map<View, ReadonlySet<string>>();
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

  /** Gives tables that have got their first readable objects a view of them; `all` looks at every table anew. */
  async refresh({ all }: { readonly all: boolean }): Promise<void> {
    const declare = () => this.#declareTables(all ? tables : [...this.#unread]);
    // One after the other: two transactions cannot replace the same view.
    this.#refreshing = this.#refreshing.then(declare, declare);
    return this.#refreshing;
  }

  /** @throws QueryError for what is not one reading statement; DuckDB's own error for syntax. */
  async parse(sql: string): Promise<ReadOnlyQuery> {
    return this.#connected((connection) => parseReadOnly(connection, sql));
  }

  /** The tables that a query reads, by name or through views. */
  async tablesOf({ names }: ReadOnlyQuery): Promise<Table[]> {
    const seen = new Set(names);
    for (const name of seen) {
      const view = views.find((candidate) => candidate.name === name);
      if (view === undefined) continue;
      for (const innerName of await this.#namesIn(view)) seen.add(innerName);
    }
    return tables.filter(({ name }) => seen.has(name));
  }

  /** Runs a query with bound parameters. Throws DuckDB's own errors, and QueryError for time and parameters. */
  async run({ sql }: ReadOnlyQuery, parameters: readonly QueryValue[]): Promise<QueryResult> {
    return this.#connected((connection) =>
      withinTime(connection, this.#limits.timeoutMs, async () => {
        const statement = await connection.prepare(sql);
        bindParameters(statement, parameters);
        return resultOf(await statement.runAndReadAll());
      }),
    );
  }

  close(): void {
    this.#instance.closeSync();
  }

  async #namesIn(view: View): Promise<ReadonlySet<string>> {
    const known = this.#viewNames.get(view);
    if (known !== undefined) return known;
    const { names } = await this.parse(view.sql);
    this.#viewNames.set(view, names);
    return names;
  }

  async #declareTables(candidates: readonly Table[]): Promise<void> {
    for (const table of candidates) {
      const isReadable = (await this.#hasObjects(table)) ? await this.#declareFilled(table) : false;
      if (isReadable) this.#unread.delete(table);
      else if (!this.#unread.has(table)) {
        this.#unread.add(table);
        await this.#execute([emptyTableViewSql(table)]);
      }
    }
  }

  /** DuckDB looks into an object when a view is made. One damaged object must not take the other tables away. */
  async #declareFilled(table: Table): Promise<boolean> {
    try {
      await this.#execute([tableViewSql(table, this.#lakeDirectory)]);
      return true;
    } catch (error) {
      await this.#execute([brokenTableViewSql(table, (error as Error).message)]);
      this.#unread.add(table);
      return false;
    }
  }

  async #hasObjects({ prefix }: Table): Promise<boolean> {
    for await (const { key } of walk(this.#lakeDirectory, prefix)) if (key.endsWith(".parquet")) return true;
    return false;
  }

  async #execute(statements: readonly string[]): Promise<void> {
    await this.#connected((connection) => connection.run(statements.join(";\n")));
  }

  async #connected<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  }
}

async function withinTime<T>(
  connection: DuckDBConnection,
  timeoutMs: number,
  run: () => Promise<T>,
): Promise<T> {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    connection.interrupt();
  }, timeoutMs);
  try {
    return await run();
  } catch (error) {
    if (!timedOut) throw error;
    throw new QueryError(`query took longer than ${timeoutMs} ms and was stopped; narrow it`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
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
