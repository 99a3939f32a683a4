/** A directory of bar files, as the providers see it: what is there, and its bytes. */
import type { Series } from "../lake/keys.ts";
import type { Adjustment } from "../market.ts";

/** On a machine: `local/files/directory-dataset.ts`. */
export interface DatasetReader {
  /** Paths of all files relative to the directory, with `/`, in ascending order. */
  list(): Promise<readonly string[]>;
  /**
   * The content of a file in pieces of any size, unpacked where its name ends in `.gz`.
   * @throws TerminalError naming the file where it is missing, cannot be read or is no whole gzip file.
   */
  open(path: string): AsyncIterable<Uint8Array>;
}

/** A file of bars: header `symbol,ts,open,high,low,close,volume`, in any order of rows. */
export interface BarFile extends Series {
  readonly path: string;
  readonly adjustment: Adjustment;
}
