/** Reading CSV of bars into columns. */
import { parse } from "csv-parse/sync";
import { BarsCsvReader, formatBarsCsv } from "../core/bars/csv.ts";
import { constantNumber, emptyBatch } from "../core/columnar/batch.ts";
import type { Receipt } from "../core/providers/provider.ts";
import { rawBars } from "../core/tables/index.ts";
import { bench, type BenchResult } from "./harness.ts";
import { yearOfBars } from "./subjects/bars.ts";

const symbolCount = 400;
const seed = 20_261_120;
const chunkBytes = 65_536;
/** Rows of one raw object: as a load drains the reader. */
const drainRows = 32_768;
const receipt: Receipt = {
  assetClass: "stock",
  interval: "1d",
  provider: "csv",
  runId: "bench",
  ingestedAtMs: Date.UTC(2026, 10, 20),
  adjustment: "split",
  currency: null,
};

export async function run(): Promise<BenchResult[]> {
  const { columns, rowCount } = yearOfBars(symbolCount, seed);
  const { symbol, ts, open, high, low, close, volume } = columns;
  const plain = {
    symbol,
    ts,
    open,
    high,
    low,
    close,
    volume,
    adj_close: constantNumber(Number.NaN, rowCount),
  };
  const batch = { rowCount, columns: { ...emptyBatch(rawBars, rowCount).columns, ...plain } };
  const bytes = formatBarsCsv(batch, "1d");
  const result = await bench("CSV to columns, 7 columns of daily bars", {
    item: "row",
    itemCount: rowCount,
    baseline: {
      "csv-parse, records": () => {
        parse(bytes, { columns: true });
      },
      "split and Number": () => {
        splitAndNumber(Buffer.from(bytes).toString(), rowCount);
      },
    },
    candidates: {
      BarsCsvReader: () => {
        const reader = new BarsCsvReader(receipt, "bench.csv");
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          reader.push(bytes.subarray(at, at + chunkBytes));
          if (reader.pendingRowCount >= drainRows) reader.drain();
        }
        reader.finish();
        reader.drain();
      },
    },
  });
  return [result];
}

/** What one writes by hand first: no quotes, no checks. */
function splitAndNumber(text: string, rowCount: number): Float64Array[] {
  const numbers = Array.from({ length: 6 }, () => new Float64Array(rowCount));
  const lines = text.split("\n");
  for (let row = 0; row < rowCount; row++) {
    const cells = lines[row + 1]!.split(",");
    numbers[0]![row] = Date.parse(cells[1]!);
    for (let i = 1; i < 6; i++) numbers[i]![row] = Number(cells[i + 1]);
  }
  return numbers;
}
