import { fromRows, type Batch } from "../../core/columnar/batch.ts";
import type { Column, Row, Table } from "../../core/tables/index.ts";

/** 2026-11-20T00:00:00Z and the same day in days since the epoch. */
const baseMs = 1_795_132_800_000;
const baseDays = 20_777;

/** A value of a column that differs from row to row and covers what the type must hold. */
function sampleValue({ type, name }: Column, row: number): string | number | boolean {
  switch (type) {
    case "string":
      return [`${name} ${row % 3}`, "İstanbul 株 😀", "", 'line\nbreak "quoted", comma'][row % 4]!;
    case "double":
      return [169.15, -37.63, 0, -0, 1e-8, Number.MAX_VALUE, 1 / 3][row % 7]!;
    case "bigint":
      return [0, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER][row % 5]!;
    case "boolean":
      return row % 3 === 0;
    case "timestamp":
      return row % 5 === 4 ? -315_619_200_000 : baseMs + row * 60_000;
    case "date":
      return row % 5 === 4 ? -3_653 : baseDays + row;
  }
}

/** `rowCount` rows of any table; every third value of a nullable column is missing. */
export function sampleRows<T extends Table>(table: T, rowCount: number): Row<T>[] {
  return Array.from({ length: rowCount }, (_, row) => {
    const entries = table.columns.map((column, index) => {
      const isMissing = column.nullable && column.type !== "boolean" && (row + index) % 3 === 0;
      return [column.name, isMissing ? null : sampleValue(column, row + index)] as const;
    });
    return Object.fromEntries(entries) as Row<T>;
  });
}

export function sampleBatch<T extends Table>(table: T, rowCount: number): Batch<T> {
  return fromRows(table, sampleRows(table, rowCount));
}
