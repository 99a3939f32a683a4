/** Writing and reading a shard's year of daily bars: 20 columns, 31,500 rows. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { parquetReadObjects } from "hyparquet";
import { decodeParquet, encodeParquet } from "../core/columnar/parquet.ts";
import { decompress } from "../core/columnar/parquet/pages.ts";
import { barsDaily } from "../core/tables/index.ts";
import { temporaryDirectory } from "../test/helpers/temporary-directory.ts";
import { bench, type BenchResult } from "./harness.ts";
import { yearOfBars } from "./subjects/bars.ts";
import { duckDbAppender, hyparquetWriter, parquetjsLite } from "./subjects/parquet-writers.ts";

const symbolCount = 125;
const seed = 20_261_120;
/** What the indicator pass and the merge read. */
const readColumns = ["symbol", "ts", "open", "high", "low", "close", "volume", "is_final"] as const;

export async function run(): Promise<BenchResult[]> {
  const directory = await temporaryDirectory();
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    return [await encodeBench(connection, directory.path), await decodeBench(connection, directory.path)];
  } finally {
    connection.closeSync();
    instance.closeSync();
    await directory.remove();
  }
}

async function encodeBench(connection: DuckDBConnection, directory: string): Promise<BenchResult> {
  const batch = yearOfBars(symbolCount, seed);
  return bench("Parquet encode, 20 columns of bars_daily", {
    item: "row",
    itemCount: batch.rowCount,
    rounds: 5,
    baseline: {
      "parquetjs-lite, uncompressed": parquetjsLite(barsDaily, batch),
      "DuckDB, appender and COPY, zstd": duckDbAppender(barsDaily, batch, connection, directory),
      "hyparquet-writer, zstd 1": hyparquetWriter(barsDaily, batch),
    },
    candidates: {
      "encodeParquet, zstd 1": () => ({
        bytesPerRow: encodeParquet(barsDaily, batch).length / batch.rowCount,
      }),
    },
  });
}

async function decodeBench(connection: DuckDBConnection, directory: string): Promise<BenchResult> {
  const batch = yearOfBars(symbolCount, seed);
  const bytes = encodeParquet(barsDaily, batch);
  const path = join(directory, "bars.parquet");
  writeFileSync(path, bytes);
  const buffer = bytes.slice().buffer;
  return bench("Parquet decode, 8 of 20 columns of bars_daily", {
    item: "row",
    itemCount: batch.rowCount,
    baseline: {
      "hyparquet, row objects": async () => {
        await parquetReadObjects({
          file: buffer,
          columns: [...readColumns],
          compressors: { ZSTD: decompress },
        });
      },
      "DuckDB, columns": async () => {
        const result = await connection.runAndReadAll(`select ${readColumns.join(", ")} from '${path}'`);
        result.getColumns();
      },
    },
    candidates: {
      decodeParquet: async () => {
        await decodeParquet(barsDaily, "bars.parquet", bytes, { columns: readColumns });
      },
    },
  });
}
