import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from "@duckdb/node-api";
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

/** `explain analyze` runs what it explains. */
const explainPrefix = /^\s*explain\s+(?:analyze\s+)?(?:\([^)]*\)\s*)?/i;

/**
 * Prepares the one statement of `sql`, which must only read.
 * @throws QueryError where it is no statement, several, or one that could change something.
 */
export async function prepareReadOnly(
  connection: DuckDBConnection,
  sql: string,
): Promise<DuckDBPreparedStatement> {
  if (!/\w/.test(sql)) throw new QueryError(`there is no SQL in ${JSON.stringify(sql)}`);
  const extracted = await connection.extractStatements(sql);
  if (extracted.count !== 1)
    throw new QueryError(`expected one SQL statement, got ${extracted.count}; send them one by one`);
  await assertReadsOnly(connection, sql.replace(explainPrefix, ""));
  const statement = await extracted.prepare(0);
  const { statementType } = statement;
  if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN)
    throw notReadOnly(`it is of type ${StatementType[statementType]}`);
  return statement;
}

/** DuckDB's own parser decides what `sql` is: only queries have a JSON form. */
async function assertReadsOnly(connection: DuckDBConnection, sql: string): Promise<void> {
  const reader = await connection.runAndReadAll("select json_serialize_sql($sql::varchar)", { sql });
  const tree = JSON.parse(String(reader.getRows()[0]![0])) as { error: boolean; error_message?: string };
  if (tree.error) throw notReadOnly(tree.error_message ?? "it is no query");
  for (const name of tableFunctionsIn(tree)) {
    if (!tableFunctions.has(name))
      throw notReadOnly(
        `it reads from ${name}(); only tables, views and ${[...tableFunctions].join(", ")} may`,
      );
  }
}

function* tableFunctionsIn(node: unknown): Generator<string> {
  if (typeof node !== "object" || node === null) return;
  const { type, function: call } = node as { type?: unknown; function?: { function_name?: unknown } };
  if (type === "TABLE_FUNCTION") yield String(call?.function_name).toLowerCase();
  for (const child of Object.values(node)) yield* tableFunctionsIn(child);
}

function notReadOnly(why: string): QueryError {
  return new QueryError(`only SELECT queries that read tables and views are allowed: ${why}`);
}
