/** A table's Parquet schema, and whether a file has it. */
import type { SchemaElement } from "hyparquet";
import type { Column, ColumnType, Table } from "../../tables/table.ts";

type PhysicalType = Pick<SchemaElement, "type" | "converted_type" | "logical_type">;

/** Both the logical types and the older converted types are written: some readers know only one of them. */
const physicalTypes: Readonly<Record<ColumnType, PhysicalType>> = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  double: { type: "DOUBLE" },
  bigint: { type: "INT64" },
  boolean: { type: "BOOLEAN" },
  timestamp: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
  date: { type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } },
};

/** The schema tree in depth-first order: the root, then one leaf per column. Partition columns are not in files. */
export function schemaOf(table: Table): SchemaElement[] {
  const root = { name: table.name, num_children: table.columns.length };
  return [root, ...table.columns.map((column) => leafOf(column))];
}

export function leafOf(column: Column): SchemaElement {
  const repetition_type = column.nullable ? "OPTIONAL" : "REQUIRED";
  return { name: column.name, repetition_type, ...physicalTypes[column.type] };
}

/**
 * What keeps a file with `schema` from being read as `table`, or null. Column order does not matter, and OPTIONAL
 * columns pass for required ones: other writers declare everything OPTIONAL, and values are checked when they are read.
 */
export function schemaProblem(table: Table, schema: readonly SchemaElement[]): string | null {
  const leaves = new Map(schema.slice(1).map((element) => [element.name, element]));
  const missing = table.columns.filter(({ name }) => !leaves.has(name)).map(({ name }) => name);
  const expected = new Set(table.columns.map(({ name }) => name));
  const unknown = [...leaves.keys()].filter((name) => !expected.has(name));
  if (missing.length > 0 || unknown.length > 0) {
    const parts = [
      ...(missing.length > 0 ? [`lacks ${quoteList(missing)}`] : []),
      ...(unknown.length > 0 ? [`has unknown ${quoteList(unknown)}`] : []),
    ];
    return `columns are not those of table "${table.name}": the file ${parts.join(" and ")}`;
  }
  for (const column of table.columns) {
    const element = leaves.get(column.name)!;
    if (!holds(column, element)) {
      return `column "${column.name}" is ${describeType(element)}, table "${table.name}" expects ${describeType(physicalTypes[column.type])}`;
    }
  }
  return null;
}

/** Timestamps of other writers may count microseconds; hyparquet tells them by either annotation. */
function holds(column: Column, element: SchemaElement): boolean {
  const expected = physicalTypes[column.type];
  if (element.type !== expected.type || element.repetition_type === "REPEATED") return false;
  const kind = annotationOf(element);
  if (column.type === "timestamp") return /^TIMESTAMP_(MILLIS|MICROS)$/.test(kind);
  if (column.type === "bigint") return kind === "" || kind === "INT_64";
  return kind === annotationOf(expected);
}

function annotationOf({ converted_type, logical_type }: PhysicalType): string {
  if (converted_type !== undefined) return converted_type;
  if (logical_type === undefined) return "";
  if (logical_type.type === "TIMESTAMP") return `TIMESTAMP_${logical_type.unit}`;
  return logical_type.type === "STRING" ? "UTF8" : logical_type.type;
}

function describeType(element: PhysicalType): string {
  const annotation = annotationOf(element);
  const physical = element.type ?? "a group";
  return annotation === "" ? physical : `${physical} ${annotation}`;
}

const quoteList = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
