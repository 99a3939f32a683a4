/** A file of bars on this machine as the load stage wants it: bytes as received, and text. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { TerminalError } from "../../core/errors.ts";
import type { Series } from "../../core/lake/keys.ts";
import type { Adjustment } from "../../core/market.ts";
import type { LoadSource } from "../../core/pipeline/load.ts";

/** A file to load, and what its bars are. Corporate actions have no use for interval and adjustment. */
export interface LoadFile extends Series {
  readonly path: string;
  readonly content?: "bars" | "actions";
  readonly adjustment: Adjustment;
  readonly currency: string | null;
  readonly provider: string;
}

export interface OpenLoadFile extends LoadSource {
  readonly sizeBytes: number;
  /** Bytes of the file that `text` has read so far. */
  receivedBytes(): number;
}

const chunkBytes = 1024 * 1024;

/** @throws TerminalError where the file cannot be read. */
export async function openLoadFile(path: string): Promise<OpenLoadFile> {
  const sizeBytes = await fileSize(path);
  const isCompressed = path.endsWith(".gz");
  let readBytes = 0;
  return {
    name: basename(path),
    extension: isCompressed ? "csv.gz" : "csv",
    contentHash: await hashOf(path),
    sizeBytes,
    receivedBytes: () => readBytes,
    received: () => createReadStream(path, { highWaterMark: chunkBytes }),
    async *text() {
      const file = createReadStream(path, { highWaterMark: chunkBytes });
      if (!isCompressed) {
        for await (const chunk of file) {
          readBytes += (chunk as Uint8Array).byteLength;
          yield chunk as Uint8Array;
        }
        return;
      }
      file.on("data", (chunk) => (readBytes += chunk.length));
      const gunzip = createGunzip({ chunkSize: chunkBytes });
      file.on("error", (error) => gunzip.destroy(error));
      try {
        yield* file.pipe(gunzip);
      } catch (error) {
        throw new TerminalError(
          `file "${path}" is not a whole gzip file: it breaks off or is damaged after ${readBytes} of ${sizeBytes} bytes; get it again and load it again, rows that are in the lake already stay as they are`,
          { cause: error },
        );
      } finally {
        file.destroy();
      }
    },
  };
}

async function fileSize(path: string): Promise<number> {
  try {
    const stats = await stat(path);
    if (!stats.isFile())
      throw new TerminalError(`"${path}" is not a file; name CSV files, e.g. ${path}/*.csv.gz`);
    return stats.size;
  } catch (error) {
    if (error instanceof TerminalError) throw error;
    throw new TerminalError(`file "${path}" cannot be read; check the name and its permissions`, {
      cause: error,
    });
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }))
    hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
