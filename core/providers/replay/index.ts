/** Plays a dataset back: at any time it knows the bars that were over by then, and nothing later. */
import { calendarFor } from "../../calendar/index.ts";
import { intervalMs, utcDate } from "../../market.ts";
import type { BarFile, DatasetReader } from "../dataset.ts";
import { createFileProvider, type FileRequest } from "../files/file-provider.ts";
import type { BarQuery, Provider } from "../provider.ts";

const replayProviderId = "replay";

/** @param files see `datasetFiles` for the files of a dataset directory. */
export function createReplayProvider(
  reader: DatasetReader,
  files: readonly BarFile[],
): Provider<FileRequest> {
  return createFileProvider({
    id: replayProviderId,
    reader,
    files,
    isKnown: (query, symbol, tsMs) => knownFromMs(query, symbol, tsMs) <= query.asOfMs,
  });
}

/**
 * When a recorded bar could be known: when it ends, and of a daily bar when its session closes. Open bars are not
 * played, for a recording does not tell what they looked like half-way.
 */
function knownFromMs({ assetClass, interval }: BarQuery, symbol: string, tsMs: number): number {
  const endMs = tsMs + intervalMs[interval];
  if (interval !== "1d") return endMs;
  const session = calendarFor(assetClass, symbol)?.session(utcDate(tsMs)) ?? null;
  // Forex vendors cut days in UTC, across two sessions: there only the end of the day says that the bar is over.
  return session !== null && session.openMs >= tsMs && session.closeMs <= endMs ? session.closeMs : endMs;
}
