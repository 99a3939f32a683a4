import { BarsCsvReader } from "../bars/csv.ts";
import type { ProviderResponse, Receipt, Received } from "./provider.ts";

/**
 * Rows of a response that is our CSV, for every provider that answers in it.
 * @throws TerminalError where the header or the encoding cannot be read.
 */
export async function readCsvResponse(
  response: ProviderResponse,
  _request: unknown,
  receipt: Receipt,
): Promise<Received> {
  const adjustment = response.adjustment ?? receipt.adjustment;
  const reader = new BarsCsvReader({ ...receipt, adjustment }, `response of ${receipt.provider}`);
  reader.push(response.body);
  reader.finish();
  return { bars: reader.drain(), actions: [] };
}
