/** The providers of a lake. A further vendor is one folder and one line here. */
import { createCsvProvider } from "./csv/index.ts";
import type { BarFile, DatasetReader } from "./dataset.ts";
import type { Provider } from "./provider.ts";
import { createReplayProvider } from "./replay/index.ts";
import { createSyntheticProvider, type SyntheticOptions } from "./synthetic/index.ts";

interface FileSource {
  readonly reader: DatasetReader;
  readonly files: readonly BarFile[];
}

/** What each provider needs; one that is not given its files is left out. */
export interface ProviderSources {
  readonly synthetic?: Partial<SyntheticOptions>;
  /** A dataset to play back: its reader and `datasetFiles(await reader.list())`. */
  readonly replay?: FileSource;
  readonly csv?: FileSource;
}

/** Providers by id. `synthetic` is always there, for it needs nothing. */
export function createProviders({ synthetic, replay, csv }: ProviderSources = {}): ReadonlyMap<
  string,
  Provider
> {
  const providers: Provider[] = [createSyntheticProvider(synthetic)];
  if (replay !== undefined) providers.push(createReplayProvider(replay.reader, replay.files));
  if (csv !== undefined) providers.push(createCsvProvider(csv.reader, csv.files));
  return new Map(providers.map((provider) => [provider.id, provider]));
}
