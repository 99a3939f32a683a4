/** A provider over files of bars: what `csv` and `replay` share. */
import type { Series } from "../../lake/keys.ts";
import { chunkBySymbol } from "../chunks.ts";
import { readCsvResponse } from "../csv-response.ts";
import type { BarFile, DatasetReader } from "../dataset.ts";
import type { BarQuery, Provider } from "../provider.ts";
import { fileCache } from "./indexed-file.ts";

/** A response of so many rows has some 15 MB of CSV. */
const rowsPerRequestMax = 250_000;

export interface FileProviderOptions {
  readonly id: string;
  readonly reader: DatasetReader;
  /** A symbol is served from the first file of its series that has it. */
  readonly files: readonly BarFile[];
  /** Whether the provider may know a bar at the time of the query. */
  readonly isKnown: (query: BarQuery, symbol: string, tsMs: number) => boolean;
}

/** One file's part of a query. */
export interface FileRequest {
  readonly file: BarFile;
  /** Files of the series whose symbols this one leaves to them. */
  readonly before: readonly BarFile[];
  readonly query: BarQuery;
}

/** Files are read whole at the first query that needs them and stay in memory. */
export function createFileProvider({
  id,
  reader,
  files,
  isKnown,
}: FileProviderOptions): Provider<FileRequest> {
  const open = fileCache(reader);
  const filesOf = (series: Series) =>
    files.filter(
      ({ assetClass, interval }) => assetClass === series.assetClass && interval === series.interval,
    );

  return {
    id,
    adjustment: "none",
    covers: (series) => filesOf(series).length > 0,
    universe: async (series) => {
      const symbols = new Set<string>();
      for (const file of filesOf(series)) {
        for (const symbol of (await open(file)).symbols) symbols.add(symbol);
      }
      return [...symbols].sort();
    },
    transformQuery: (query) =>
      filesOf(query).flatMap((file, i, all) =>
        chunkBySymbol(query, rowsPerRequestMax).map((chunk) => ({
          file,
          before: all.slice(0, i),
          query: chunk,
        })),
      ),
    async extract({ file, before, query }) {
      const others = await Promise.all(before.map(open));
      const symbols = query.symbols.filter((symbol) => !others.some((other) => other.symbols.has(symbol)));
      const indexed = await open(file);
      const body = indexed.select(symbols, query.fromMs, query.toMs, (symbol, tsMs) =>
        isKnown(query, symbol, tsMs),
      );
      return { body, extension: "csv", adjustment: file.adjustment };
    },
    transform: readCsvResponse,
  };
}
