/** The providers of the embedded runtime: those of any target, and recorded bars where a dataset directory is given. */
import { createCsvProvider } from "../../core/providers/csv/index.ts";
import { datasetFiles } from "../../core/providers/dataset-layout.ts";
import type { Provider } from "../../core/providers/provider.ts";
import { createProviders, type ProviderSources } from "../../core/providers/registry.ts";
import { createReplayProvider } from "../../core/providers/replay/index.ts";
import { DirectoryDataset } from "../files/directory-dataset.ts";

export interface ProviderOptions extends ProviderSources {
  /** Directory with `daily/` and `intraday/`, for the providers `replay` and `csv`. */
  readonly dataDirectory?: string;
}

export async function embeddedProviders(options: ProviderOptions): Promise<ReadonlyMap<string, Provider>> {
  const providers = createProviders(options);
  if (options.dataDirectory === undefined) return providers;
  const reader = new DirectoryDataset(options.dataDirectory);
  const files = datasetFiles(await reader.list());
  const ofFiles = [createReplayProvider(reader, files), createCsvProvider(reader, files)];
  return new Map([...providers, ...ofFiles.map((provider) => [provider.id, provider] as const)]);
}
