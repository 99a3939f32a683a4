import type { DuckDBConnection } from "@duckdb/node-api";
import { QueryError } from "../../core/errors.ts";

/**
 * Functions that may stand in a `from`. The others can do more than read tables: `enable_logging` and
 * `enable_profiling`, for example, write files although their statement is a `select`.
 */
const tableFunctions: ReadonlySet<string> = new Set([
  "range",
  "generate_series",
  "unnest",
  "json_each",
  "duckdb_columns",
  "duckdb_functions",
  "duckdb_tables",
  "duckdb_views",
]);

/** `explain analyze` runs what it explains, so that has to be a query too. */
const explainPrefix = /^\s*explain\s+(?:analyze\s+)?(?:\([^)]*\)\s*)?/i;

/** One statement that only reads. Only `parseReadOnly` makes it. */
export interface ReadOnlyQuery {
  readonly sql: string;
  /** Names in its `from` clauses, in lower case: tables, views, and names that it defines itself. */
  readonly names: ReadonlySet<string>;
}

/**
 * Asks DuckDB's parser what `sql` is, before anything in it is looked up: binding a statement opens files already, and
 * for some statements writes them. Only queries have a JSON form.
 * @throws QueryError where it is no statement, several, or one that could change something; DuckDB's error for syntax.
 */
export async function parseReadOnly(connection: DuckDBConnection, sql: string): Promise<ReadOnlyQuery> {
  if (!/\w/.test(sql)) throw new QueryError(`there is no SQL in ${JSON.stringify(sql)}`);
  const { count } = await connection.extractStatements(sql);
  if (count !== 1) throw new QueryError(`expected one SQL statement, got ${count}; send them one by one`);
  const tree = await syntaxTree(connection, sql.replace(explainPrefix, ""));
  const names = new Set<string>();
  for (const { kind, name } of sourcesIn(tree)) {
    if (kind === "table") names.add(name);
    else if (!tableFunctions.has(name)) {
      const allowed = [...tableFunctions].join(", ");
      throw notReadOnly(`it reads from ${name}(); only tables, views and ${allowed} may be read`);
    }
  }
  return { sql, names };
}

async function syntaxTree(connection: DuckDBConnection, sql: string): Promise<unknown> {
  const reader = await connection.runAndReadAll("select json_serialize_sql($sql::varchar)", { sql });
  const tree = JSON.parse(String(reader.getRows()[0]![0])) as { error: boolean };
  if (tree.error) throw notReadOnly(`a statement that starts with ${JSON.stringify(firstWord(sql))} is none`);
  return tree;
}

function firstWord(sql: string): string {
  return /\w+/.exec(sql)![0];
}

interface Source {
  readonly kind: "table" | "function";
  readonly name: string;
}

function* sourcesIn(node: unknown): Generator<Source> {
  if (typeof node !== "object" || node === null) return;
  const { type, table_name, function: call } = node as SyntaxNode;
  if (type === "TABLE_FUNCTION") yield { kind: "function", name: String(call?.function_name).toLowerCase() };
  if (type === "BASE_TABLE") yield { kind: "table", name: String(table_name).toLowerCase() };
  for (const child of Object.values(node)) yield* sourcesIn(child);
}

interface SyntaxNode {
  readonly type?: unknown;
  readonly table_name?: unknown;
  readonly function?: { readonly function_name?: unknown };
}

function notReadOnly(why: string): QueryError {
  return new QueryError(`only SELECT queries that read tables and views are allowed: ${why}`);
}
