import { TerminalError } from "../../core/errors.ts";
import type { DatasetReader } from "../../core/providers/dataset.ts";

/** A dataset whose files are texts; they arrive in small pieces. */
export function memoryDataset(files: Readonly<Record<string, string>>): DatasetReader {
  return {
    list: async () => Object.keys(files).sort(),
    async *open(path) {
      const text = files[path];
      if (text === undefined) throw new TerminalError(`no file "${path}"`);
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
    },
  };
}
