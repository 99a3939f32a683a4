/** Files that people have: rows by symbol and window, as they stand in the files. */
import type { BarFile, DatasetReader } from "../dataset.ts";
import { createFileProvider, type FileRequest } from "../files/file-provider.ts";
import type { Provider } from "../provider.ts";

const csvProviderId = "csv";

/** It hides nothing: a row of the future is for validation to judge, not for the reader of a file. */
export function createCsvProvider(reader: DatasetReader, files: readonly BarFile[]): Provider<FileRequest> {
  return createFileProvider({ id: csvProviderId, reader, files, isKnown: () => true });
}
