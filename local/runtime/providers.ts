/** The providers of the embedded runtime: generated bars always, recorded ones where a dataset directory is given. */
import { datasetFiles } from "../../core/providers/dataset-layout.ts";
import { createProviders, type ProviderSources } from "../../core/providers/registry.ts";
import type { Provider } from "../../core/providers/provider.ts";
import { DirectoryDataset } from "../files/directory-dataset.ts";

export interface ProviderOptions {
  /** Directory with `daily/` and `intraday/`, for the providers `replay` and `csv`. */
  readonly dataDirectory?: string;
  readonly synthetic?: ProviderSources["synthetic"];
  /** Addresses and universes of vendors. */
  readonly vendors?: ProviderSources["vendors"];
}

export async function embeddedProviders({
  dataDirectory,
  synthetic,
  vendors,
}: ProviderOptions): Promise<ReadonlyMap<string, Provider>> {
  const asked = {
    ...(synthetic === undefined ? {} : { synthetic }),
    ...(vendors === undefined ? {} : { vendors }),
  };
  if (dataDirectory === undefined) return createProviders(asked);
  const reader = new DirectoryDataset(dataDirectory);
  const source = { reader, files: datasetFiles(await reader.list()) };
  return createProviders({ ...asked, replay: source, csv: source });
}
