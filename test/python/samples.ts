import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeParquet } from "../../core/columnar/parquet.ts";
import { tables } from "../../core/tables/index.ts";
import { sampleBatch, sampleRows } from "../helpers/sample-batch.ts";

const rowCount = 1_000;
const rowGroupRows = 300;

/**
 * For every table `<name>.parquet`, and `<name>.json` with what a reader must find: the declared columns, and the rows
 * with times as milliseconds and dates as days.
 */
export function writeSamples(directory: string): void {
  for (const table of tables) {
    const bytes = encodeParquet(table, sampleBatch(table, rowCount), { rowGroupRows });
    writeFileSync(join(directory, `${table.name}.parquet`), bytes);
    const expected = { columns: table.columns, rows: sampleRows(table, rowCount) };
    writeFileSync(join(directory, `${table.name}.json`), JSON.stringify(expected));
  }
}
