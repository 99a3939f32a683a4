import { randomUUID } from "node:crypto";
import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "./make-directory.ts";

/** A file this old belongs to a process that died: no write takes an hour. */
const abandonedAfterMs = 3_600_000;

/** Files on their way into the lake, in its own file system so that a rename can publish them. */
export class TempFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    makeDirectory(directory);
  }

  /** Writes a new file and returns its path. `durable`: its bytes survive a power cut once this returns. */
  async write(bytes: Uint8Array, { durable }: { readonly durable: boolean }): Promise<string> {
    const path = join(this.#directory, randomUUID());
    try {
      const file = await open(path, "wx");
      try {
        await file.writeFile(bytes);
        await stampUniquely(file);
        if (durable) await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return path;
  }

  /** Removes what processes that died have left. */
  async removeAbandoned(nowMs: number): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: nowMs }));
      if (nowMs - mtimeMs > abandonedAfterMs) await rm(path, { force: true, recursive: true });
    }
  }
}

/**
 * Sets the modification time in microseconds. The kernel's own stamp moves in steps of milliseconds, and inodes are
 * reused at once, so that two versions of an object could otherwise share inode, size and stamp, and thus an etag.
 */
async function stampUniquely(file: Awaited<ReturnType<typeof open>>): Promise<void> {
  const seconds = (performance.timeOrigin + performance.now()) / 1_000;
  await file.utimes(seconds, seconds);
}
