import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { createGunzip } from "node:zlib";
import { TerminalError } from "../../core/errors.ts";
import type { DatasetReader } from "../../core/providers/dataset.ts";

const chunkBytes = 1024 * 1024;

/** A dataset directory on this machine. */
export class DirectoryDataset implements DatasetReader {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async list(): Promise<string[]> {
    try {
      const entries = await readdir(this.#root, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(this.#root, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .sort();
    } catch (error) {
      throw new TerminalError(
        `dataset directory "${this.#root}" cannot be listed; check the name and its permissions`,
        { cause: error },
      );
    }
  }

  async *open(path: string): AsyncGenerator<Uint8Array> {
    const fullPath = join(this.#root, path);
    const isCompressed = path.endsWith(".gz");
    const file = createReadStream(fullPath, { highWaterMark: chunkBytes });
    try {
      const source = isCompressed ? unpacked(file) : file;
      for await (const chunk of source) yield chunk as Uint8Array;
    } catch (error) {
      const expected = isCompressed ? "a whole gzip file" : "a readable file";
      throw new TerminalError(`dataset file "${fullPath}": expected ${expected}; get it again`, {
        cause: error,
      });
    } finally {
      file.destroy();
    }
  }
}

function unpacked(file: NodeJS.ReadableStream) {
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  // A pipe does not hand on errors of its source.
  file.on("error", (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}
