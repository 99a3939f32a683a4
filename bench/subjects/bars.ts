import { constantNumber, constantString, emptyBatch, type Batch } from "../../core/columnar/batch.ts";
import { barsDaily } from "../../core/tables/index.ts";
import { seededRandom } from "../harness.ts";

const dayMs = 86_400_000;
const sessionsPerYear = 252;
const firstDayMs = Date.UTC(2025, 0, 2);

/** A year's object of a shard as it is rewritten all day: sorted by symbol, prices in cents on random walks. */
export function yearOfBars(symbolCount: number, seed: number): Batch<typeof barsDaily> {
  const random = seededRandom(seed);
  const rowCount = symbolCount * sessionsPerYear;
  const { columns } = emptyBatch(barsDaily, rowCount);
  const symbol = {
    values: Array.from({ length: symbolCount }, (_, i) => `SYM${i}`),
    codes: Uint32Array.from({ length: rowCount }, (_, row) => Math.floor(row / sessionsPerYear)),
  };
  let price = 100;
  for (let row = 0; row < rowCount; row++) {
    if (row % sessionsPerYear === 0) price = 5 + 300 * random();
    const open = price * (1 + 0.01 * (random() - 0.5));
    price *= 1 + 0.04 * (random() - 0.5);
    columns.ts[row] = firstDayMs + (row % sessionsPerYear) * dayMs;
    columns.open[row] = cents(open);
    columns.high[row] = cents(Math.max(open, price) * (1 + 0.01 * random()));
    columns.low[row] = cents(Math.min(open, price) * (1 - 0.01 * random()));
    columns.close[row] = cents(price);
    columns.volume[row] = Math.floor(10_000_000 * random());
    columns.session_date[row] = columns.ts[row]! / dayMs;
  }
  const constants = {
    currency: constantString("USD", rowCount),
    adjustment: constantString("split", rowCount),
    is_final: new Uint8Array(rowCount).fill(1),
    provider: constantString("csv", rowCount),
    ingested_at: constantNumber(Date.UTC(2026, 10, 20), rowCount),
    run_id: constantString("2026-11-20-load-csv-7f3a", rowCount),
    data_quality_score: constantNumber(100, rowCount),
    source_key: constantString(
      "raw/parquet/asset_class=stock/interval=1d/dt=2026-11-20/csv-7f3a.parquet",
      rowCount,
    ),
  };
  return { rowCount, columns: { ...columns, symbol, ...constants } };
}

const cents = (price: number) => Math.round(price * 100) / 100;
