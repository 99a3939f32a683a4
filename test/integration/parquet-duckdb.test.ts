import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toRows } from "../../core/columnar/batch.ts";
import { decodeParquet, encodeParquet } from "../../core/columnar/parquet.ts";
import { barsDaily, tables, type ColumnType } from "../../core/tables/index.ts";
import { sampleBatch, sampleRows } from "../helpers/sample-batch.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const duckDbTypes: Record<ColumnType, string> = {
  string: "VARCHAR",
  double: "DOUBLE",
  bigint: "BIGINT",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP WITH TIME ZONE",
  date: "DATE",
};

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  directory = await temporaryDirectory();
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
  await connection.run("set timezone = 'UTC'");
});

afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await directory.remove();
});

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJS();
}

/** DuckDB's dictionaries do not tell −0 from 0. */
function withoutNegativeZero(rows: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === 0 ? 0 : value])),
  );
}

describe.each(tables.map((table) => [table.name, table] as const))("DuckDB on %s", (name, table) => {
  it("sees the declared schema and the written values", async () => {
    const path = join(directory.path, `${name}.parquet`);
    await writeFile(path, encodeParquet(table, sampleBatch(table, 100), { rowGroupRows: 40 }));
    const described = await rowsOf(`describe select * from '${path}'`);
    expect(described.map((column) => [column["column_name"], column["column_type"]])).toEqual(
      table.columns.map((column) => [column.name, duckDbTypes[column.type]]),
    );
    // Times and dates as numbers, so that nothing of the comparison depends on a zone.
    const numeric = table.columns.map((column) => {
      if (column.type === "timestamp") return `epoch_ms("${column.name}") as "${column.name}"`;
      return column.type === "date"
        ? `"${column.name}" - date '1970-01-01' as "${column.name}"`
        : `"${column.name}"`;
    });
    const rows = await rowsOf(`select ${numeric.join(", ")} from '${path}'`);
    const plain = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          typeof value === "bigint" ? Number(value) : value,
        ]),
      ),
    );
    expect(plain).toEqual(sampleRows(table, 100));
  });

  it("reads a file without rows", async () => {
    const path = join(directory.path, `${name}-empty.parquet`);
    await writeFile(path, encodeParquet(table, sampleBatch(table, 0)));
    expect(await rowsOf(`select count(*)::int as n from '${path}'`)).toEqual([{ n: 0 }]);
  });

  it.each(["zstd", "snappy", "gzip", "uncompressed"])("writes a copy that we read, %s", async (codec) => {
    const path = join(directory.path, `${name}-${codec}.parquet`);
    await writeFile(`${path}.ours.parquet`, encodeParquet(table, sampleBatch(table, 100)));
    await connection.run(
      `copy (select * from '${path}.ours.parquet') to '${path}' (format parquet, codec '${codec}')`,
    );
    const batch = await decodeParquet(table, path, await readFile(path));
    const rows = toRows(table, batch as never) as Record<string, unknown>[];
    expect(withoutNegativeZero(rows)).toEqual(withoutNegativeZero(sampleRows(table, 100)));
  });
});

it("prunes row groups by symbol", async () => {
  const path = join(directory.path, "sorted.parquet");
  const rowCount = 1_000;
  const batch = sampleBatch(barsDaily, rowCount);
  const values = Array.from({ length: 10 }, (_, i) => `S${i}`);
  const codes = Uint32Array.from({ length: rowCount }, (_, row) => Math.floor(row / 100));
  const sorted = { ...batch, columns: { ...batch.columns, symbol: { values, codes } } };
  await writeFile(path, encodeParquet(barsDaily, sorted, { rowGroupRows: 100 }));
  const groups = await rowsOf(
    `select stats_min_value as lowest, stats_max_value as highest from parquet_metadata('${path}') where path_in_schema = 'symbol'`,
  );
  expect(groups).toEqual(values.map((symbol) => ({ lowest: symbol, highest: symbol })));
});
