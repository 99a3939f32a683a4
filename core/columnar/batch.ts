/**
 * Columnar rows: one typed array per column, so that the hot path allocates per column and not per row. Missing
 * numbers, timestamps and dates are NaN; missing strings have `nullCode`.
 */
import type { Column, ColumnType, Row, Table } from "../tables/table.ts";

export const nullCode = 0xffff_ffff;

/** A dictionary-coded string column: row i is `values[codes[i]]`, or null where the code is `nullCode`. */
export interface StringColumn {
  readonly values: readonly string[];
  readonly codes: Uint32Array;
}

/** Numbers, timestamps (UTC ms), dates (days) and bigints (safe integers) are doubles; booleans are 0 or 1. */
export type ColumnData<T extends ColumnType = ColumnType> = T extends "string"
  ? StringColumn
  : T extends "boolean"
    ? Uint8Array
    : Float64Array;

/** Rows of a table, column by column. Every array has `rowCount` elements. */
export interface Batch<T extends Table = Table> {
  readonly rowCount: number;
  readonly columns: { readonly [C in T["columns"][number] as C["name"]]: ColumnData<C["type"]> };
}

export function stringAt(column: StringColumn, row: number): string | null {
  const code = column.codes[row]!;
  return code === nullCode ? null : column.values[code]!;
}

/** A column with the same value in every row: one dictionary entry, no work per row. */
export function constantString(value: string | null, rowCount: number): StringColumn {
  if (value === null) return { values: [], codes: new Uint32Array(rowCount).fill(nullCode) };
  return { values: [value], codes: new Uint32Array(rowCount) };
}

export function constantNumber(value: number, rowCount: number): Float64Array {
  return new Float64Array(rowCount).fill(value);
}

/** Dictionary-codes a list of strings. */
export function encodeStrings(strings: readonly (string | null)[]): StringColumn {
  const values: string[] = [];
  const codeOf = new Map<string, number>();
  const codes = new Uint32Array(strings.length);
  for (let row = 0; row < strings.length; row++) {
    const text = strings[row]!;
    if (text === null) {
      codes[row] = nullCode;
      continue;
    }
    let code = codeOf.get(text);
    if (code === undefined) {
      code = values.push(text) - 1;
      codeOf.set(text, code);
    }
    codes[row] = code;
  }
  return { values, codes };
}

function emptyColumn(type: ColumnType, rowCount: number): ColumnData {
  if (type === "string") return { values: [], codes: new Uint32Array(rowCount).fill(nullCode) };
  return type === "boolean" ? new Uint8Array(rowCount) : new Float64Array(rowCount).fill(Number.NaN);
}

/** `rowCount` rows in which everything is missing. */
export function emptyBatch<T extends Table>(table: T, rowCount = 0): Batch<T> {
  const columns: Record<string, ColumnData> = {};
  for (const { name, type } of table.columns) columns[name] = emptyColumn(type, rowCount);
  return { rowCount, columns: columns as Batch<T>["columns"] };
}

/** The rows `rows[0], rows[1], …` of a batch, in that order. */
export function takeRows<T extends Table>(table: T, batch: Batch<T>, rows: Uint32Array): Batch<T> {
  const columns: Record<string, ColumnData> = {};
  for (const { name } of table.columns) columns[name] = takeColumn(columnOf(batch, name), rows);
  return { rowCount: rows.length, columns: columns as Batch<T>["columns"] };
}

/** One batch after the other. Dictionaries are merged. */
export function concatBatches<T extends Table>(table: T, batches: readonly Batch<T>[]): Batch<T> {
  if (batches.length === 1) return batches[0]!;
  const rowCount = batches.reduce((sum, batch) => sum + batch.rowCount, 0);
  const columns: Record<string, ColumnData> = {};
  for (const column of table.columns) {
    columns[column.name] = concatColumn(column, batches, rowCount);
  }
  return { rowCount, columns: columns as Batch<T>["columns"] };
}

/** Row objects, for edges and tests. */
export function toRows<T extends Table>(table: T, batch: Batch<T>): Row<T>[] {
  const rows: Row<T>[] = [];
  for (let i = 0; i < batch.rowCount; i++) {
    const row: Record<string, unknown> = {};
    for (const { name, type } of table.columns) row[name] = valueAt(type, columnOf(batch, name), i);
    rows.push(row as Row<T>);
  }
  return rows;
}

/** The inverse of `toRows`. */
export function fromRows<T extends Table>(table: T, rows: readonly Row<T>[]): Batch<T> {
  const columns: Record<string, ColumnData> = {};
  for (const { name, type } of table.columns) {
    const values = rows.map((row) => (row as Record<string, unknown>)[name] ?? null);
    if (type === "string") columns[name] = encodeStrings(values as (string | null)[]);
    else if (type === "boolean") columns[name] = Uint8Array.from(values, (value) => (value === true ? 1 : 0));
    else
      columns[name] = Float64Array.from(values, (value) => (value === null ? Number.NaN : (value as number)));
  }
  return { rowCount: rows.length, columns: columns as Batch<T>["columns"] };
}

function columnOf(batch: Batch, name: string): ColumnData {
  return (batch.columns as Record<string, ColumnData>)[name]!;
}

function isStringColumn(data: ColumnData): data is StringColumn {
  return !ArrayBuffer.isView(data);
}

function valueAt(type: ColumnType, data: ColumnData, row: number): string | number | boolean | null {
  if (isStringColumn(data)) return stringAt(data, row);
  if (type === "boolean") return data[row] === 1;
  const value = data[row]!;
  return Number.isNaN(value) ? null : value;
}

function takeColumn(data: ColumnData, rows: Uint32Array): ColumnData {
  if (isStringColumn(data)) {
    const codes = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) codes[i] = data.codes[rows[i]!]!;
    return { values: data.values, codes };
  }
  const taken = data instanceof Uint8Array ? new Uint8Array(rows.length) : new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = data[rows[i]!]!;
  return taken;
}

function concatColumn(column: Column, batches: readonly Batch[], rowCount: number): ColumnData {
  if (column.type === "string") {
    return concatStrings(
      batches.map((batch) => columnOf(batch, column.name) as StringColumn),
      rowCount,
    );
  }
  const joined = column.type === "boolean" ? new Uint8Array(rowCount) : new Float64Array(rowCount);
  let offset = 0;
  for (const batch of batches) {
    joined.set(columnOf(batch, column.name) as Float64Array & Uint8Array, offset);
    offset += batch.rowCount;
  }
  return joined;
}

function concatStrings(parts: readonly StringColumn[], rowCount: number): StringColumn {
  const values: string[] = [];
  const codeOf = new Map<string, number>();
  const codes = new Uint32Array(rowCount);
  let offset = 0;
  for (const part of parts) {
    const recode = part.values.map((text) => {
      const known = codeOf.get(text);
      if (known !== undefined) return known;
      codeOf.set(text, values.length);
      return values.push(text) - 1;
    });
    for (let i = 0; i < part.codes.length; i++) {
      const code = part.codes[i]!;
      codes[offset + i] = code === nullCode ? nullCode : recode[code]!;
    }
    offset += part.codes.length;
  }
  return { values, codes };
}
