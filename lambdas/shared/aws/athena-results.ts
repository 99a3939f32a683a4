import type { ColumnInfo, GetQueryResultsOutput, QueryExecution } from "@aws-sdk/client-athena";
import type { QueryResult, QueryValue } from "../../../core/ports.ts";

/** A result in Athena's own texts. */
export interface ResultText {
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Rows of a result page. The first row of the first page of a query repeats the column names. */
export function textRows(
  page: GetQueryResultsOutput,
  execution: QueryExecution,
  first: boolean,
): (string | null)[][] {
  const rows = (page.ResultSet?.Rows ?? []).map((row) =>
    (row.Data ?? []).map((datum) => datum.VarCharValue ?? null),
  );
  return first && execution.StatementType === "DML" ? rows.slice(1) : rows;
}

export function resultOf({ columns, rows }: ResultText, scannedBytes: number | null): QueryResult {
  const converters = columns.map((column) => converterOf(column.Type ?? "varchar"));
  return {
    columns: columns.map((column) => ({ name: column.Name ?? "", type: column.Type ?? "varchar" })),
    rows: rows.map((row) => converters.map((convert, i) => (row[i] == null ? null : convert(row[i])))),
    scannedBytes,
  };
}

type Converter = (text: string) => QueryValue;

/** Types as `ColumnInfo` names them: https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
function converterOf(type: string): Converter {
  switch (type) {
    case "tinyint":
    case "smallint":
    case "integer":
    case "decimal":
      return Number;
    case "float":
    case "real":
    case "double":
      return toFinite;
    case "bigint":
      return toInteger;
    case "boolean":
      return (text) => text === "true";
    case "timestamp":
    case "timestamp with time zone":
      return toIso;
    default:
      return (text) => text;
  }
}

/** `NaN` and `Infinity` are missing values everywhere in the lake. */
function toFinite(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function toInteger(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** `2026-11-20 14:30:00.000`, with ` UTC` behind it where the type has a zone. Other zones stay as Athena wrote them. */
function toIso(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?: UTC)?$/.exec(text);
  if (match === null) return text;
  return new Date(`${match[1]}T${match[2]}Z`).toISOString();
}
