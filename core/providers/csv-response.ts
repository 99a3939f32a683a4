import { BarsCsvReader } from "../bars/csv.ts";
import type { Batch } from "../columnar/batch.ts";
import type { rawBars } from "../tables/index.ts";
import type { ProviderResponse, Receipt } from "./provider.ts";

/**
 * Rows of a response that is our CSV, for every provider that answers in it.
 * @throws TerminalError where the header or the encoding cannot be read.
 */
export async function readCsvResponse(
  response: ProviderResponse,
  receipt: Receipt,
): Promise<Batch<typeof rawBars>> {
  const adjustment = response.adjustment ?? receipt.adjustment;
  const reader = new BarsCsvReader({ ...receipt, adjustment }, `response of ${receipt.provider}`);
  reader.push(response.body);
  reader.finish();
  return reader.drain();
}
