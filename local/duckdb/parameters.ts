import type { DuckDBPreparedStatement } from "@duckdb/node-api";
import { QueryError } from "../../core/errors.ts";
import type { QueryValue } from "../../core/ports.ts";

/**
 * Binds values to the `?` of a statement, in order.
 * @throws QueryError where their number differs, or for NaN and infinities.
 */
export function bindParameters(statement: DuckDBPreparedStatement, parameters: readonly QueryValue[]): void {
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
