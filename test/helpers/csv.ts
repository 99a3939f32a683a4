import type { Batch } from "../../core/columnar/batch.ts";
import { BarsCsvReader } from "../../core/bars/csv.ts";
import type { Receipt } from "../../core/providers/provider.ts";
import type { rawBars } from "../../core/tables/index.ts";

export const dailyReceipt: Receipt = {
  assetClass: "stock",
  interval: "1d",
  provider: "csv",
  runId: "run-1",
  ingestedAtMs: Date.UTC(2026, 10, 20, 12),
  adjustment: "split",
  currency: null,
};

export const intradayReceipt: Receipt = { ...dailyReceipt, interval: "15min" };

/** Reads a whole file, in chunks of `chunkBytes`. */
export function readCsv(
  content: string | Uint8Array,
  receipt: Receipt = dailyReceipt,
  chunkBytes = 65_536,
): { batch: Batch<typeof rawBars>; reader: BarsCsvReader } {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const reader = new BarsCsvReader(receipt, "bars.csv");
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
  reader.finish();
  return { batch: reader.drain(), reader };
}
