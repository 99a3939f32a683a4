/** The same batch through other writers, each in the form it likes best; making that form is not timed. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { constants, zstdCompressSync } from "node:zlib";
import { DuckDBTimestampTZValue, type DuckDBAppender, type DuckDBConnection } from "@duckdb/node-api";
import type { DecodedArray } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import parquetjs from "parquetjs-lite";
import { toRows, type Batch } from "../../core/columnar/batch.ts";
import { schemaOf } from "../../core/columnar/parquet/schema.ts";
import type { ColumnType, Table } from "../../core/tables/index.ts";
import type { Subject } from "../harness.ts";

const zstdLevel1 = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const rowGroupRows = 32_768;

export function hyparquetWriter<T extends Table>(table: T, batch: Batch<T>): Subject {
  const rows: Record<string, unknown>[] = toRows(table, batch);
  const columnData = table.columns.map(({ name, type }) => {
    const values = rows.map((row) => row[name]);
    const isWide = type === "timestamp" || type === "bigint";
    const data = isWide ? values.map((value) => (value === null ? null : BigInt(value as number))) : values;
    return { name, data: data as DecodedArray };
  });
  return () => {
    const bytes = parquetWriteBuffer({
      columnData,
      schema: schemaOf(table),
      codec: "ZSTD",
      compressors: { ZSTD: (page) => zstdCompressSync(page, zstdLevel1) },
      rowGroupSize: rowGroupRows,
    });
    return { bytesPerRow: bytes.byteLength / batch.rowCount };
  };
}

const parquetjsTypes: Readonly<Record<ColumnType, string>> = {
  string: "UTF8",
  double: "DOUBLE",
  bigint: "INT64",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP_MILLIS",
  date: "DATE",
};

/** Uncompressed: its snappy makes it slower still. */
export function parquetjsLite<T extends Table>(table: T, batch: Batch<T>): Subject {
  const rows = toRows(table, batch).map((row) =>
    // It takes undefined, and not null, for a missing value.
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? undefined])),
  );
  const fields = table.columns.map(({ name, type, nullable }) => {
    return [name, { type: parquetjsTypes[type], optional: nullable }] as const;
  });
  return async () => {
    let sizeBytes = 0;
    const stream = new Writable({
      write(chunk: Uint8Array, _encoding, done) {
        sizeBytes += chunk.length;
        done();
      },
    });
    const schema = new parquetjs.ParquetSchema(Object.fromEntries(fields));
    const writer = await parquetjs.ParquetWriter.openStream(schema, stream);
    for (const row of rows) await writer.appendRow(row);
    await writer.close();
    return { bytesPerRow: sizeBytes / rows.length };
  };
}

/** Rows through the appender into a table in memory, then COPY to a file. */
export function duckDbAppender<T extends Table>(
  table: T,
  batch: Batch<T>,
  connection: DuckDBConnection,
  directory: string,
): Subject {
  const rows: Record<string, unknown>[] = toRows(table, batch);
  const columns = table.columns.map(({ name, type }) => `"${name}" ${duckDbTypes[type].sql}`);
  const path = join(directory, "appender.parquet");
  return async () => {
    await connection.run(`create or replace temp table target (${columns.join(", ")})`);
    const appender = await connection.createAppender("target");
    for (const row of rows) {
      for (const { name, type } of table.columns) {
        const value = row[name];
        if (value === null || value === undefined) appender.appendNull();
        else duckDbTypes[type].append(appender, value);
      }
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(
      `copy target to '${path}' (format parquet, codec 'zstd', row_group_size ${rowGroupRows})`,
    );
    return { bytesPerRow: statSync(path).size / rows.length };
  };
}

interface DuckDbType {
  readonly sql: string;
  readonly append: (appender: DuckDBAppender, value: unknown) => void;
}

const duckDbTypes: Readonly<Record<ColumnType, DuckDbType>> = {
  string: { sql: "varchar", append: (appender, value) => appender.appendVarchar(value as string) },
  double: { sql: "double", append: (appender, value) => appender.appendDouble(value as number) },
  bigint: { sql: "bigint", append: (appender, value) => appender.appendBigInt(BigInt(value as number)) },
  boolean: { sql: "boolean", append: (appender, value) => appender.appendBoolean(value as boolean) },
  // Days as integers spare it a date object per row.
  date: { sql: "integer", append: (appender, value) => appender.appendInteger(value as number) },
  timestamp: {
    sql: "timestamptz",
    append: (appender, value) =>
      appender.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(value as number) * 1_000n)),
  },
};
