/** The generator behind the provider contract, so that a lake can be tried without data and tested with any amount. */
import { formatBarsCsv } from "../../bars/csv.ts";
import { intervalMs } from "../../market.ts";
import { chunkBySymbol } from "../chunks.ts";
import { readCsvResponse } from "../csv-response.ts";
import type { BarQuery, Provider } from "../provider.ts";
import { createBarGenerator } from "./generate.ts";
import { syntheticSymbols } from "./instruments.ts";
import { defaultSyntheticOptions, type SyntheticOptions } from "./options.ts";
import { firstSyntheticYear } from "./symbol-bars.ts";

const syntheticProviderId = "synthetic";

/** A response of so many rows has some 20 MB of CSV. */
const rowsPerRequestMax = 250_000;

export function createSyntheticProvider(options: Partial<SyntheticOptions> = {}): Provider<BarQuery> {
  const settings = { ...defaultSyntheticOptions, ...options };
  const generate = createBarGenerator(settings);
  return {
    id: syntheticProviderId,
    adjustment: "none",
    covers: () => true,
    universe: async ({ assetClass }) => syntheticSymbols(assetClass, settings.symbolCounts[assetClass]),
    transformQuery: chunks,
    extract: async (query) => ({
      body: formatBarsCsv(generate(query, generatedReceipt(query)), query.interval),
      extension: "csv",
    }),
    transform: readCsvResponse,
  };
}

/** Few symbols per request and, where one symbol alone has too many bars, little time. */
function chunks(query: BarQuery): BarQuery[] {
  const historyMs = Date.UTC(firstSyntheticYear);
  const window = {
    ...query,
    fromMs: Math.max(query.fromMs, historyMs),
    toMs: Math.min(query.toMs, query.asOfMs),
  };
  const spanMs = rowsPerRequestMax * intervalMs[query.interval];
  return chunkBySymbol(window, rowsPerRequestMax).flatMap((chunk) => {
    const spans: BarQuery[] = [];
    for (let fromMs = chunk.fromMs; fromMs < chunk.toMs; fromMs += spanMs) {
      spans.push({ ...chunk, fromMs, toMs: Math.min(chunk.toMs, fromMs + spanMs) });
    }
    return spans;
  });
}

/** CSV carries none of what a receipt adds. */
function generatedReceipt({ assetClass, interval, asOfMs }: BarQuery) {
  return {
    assetClass,
    interval,
    provider: syntheticProviderId,
    runId: "",
    ingestedAtMs: asOfMs,
    adjustment: "none" as const,
    currency: null,
  };
}
