import { QueryError } from "../../../core/errors.ts";
import type { QueryValue } from "../../../core/ports.ts";

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html */
const maxParameterLength = 1_024;

/**
 * An execution parameter: Athena takes SQL literals, strings in single quotes with quotes doubled
 * (https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html).
 * @throws QueryError for a number that SQL has no literal for, and for text beyond Athena's limit.
 */
export function literal(value: QueryValue, index: number): string {
  const text = literalText(value, index);
  if (text.length <= maxParameterLength) return text;
  throw new QueryError(
    `parameter ${index + 1} has ${text.length} characters, Athena takes up to ${maxParameterLength}; join with a table instead`,
  );
}

function literalText(value: QueryValue, index: number): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new QueryError(
      `parameter ${index + 1} must be a finite number, got ${value}; use null for a missing one`,
    );
  }
  // JavaScript's texts of numbers are SQL literals, those with an exponent included.
  return String(value);
}
