import { renameSync, rmSync, statSync, type BigIntStats } from "node:fs";
import { open, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { TransientError } from "../../core/errors.ts";
import type {
  DeleteCondition,
  ObjectInfo,
  ObjectStore,
  PutCondition,
  PutResult,
  StoredObject,
} from "../../core/ports.ts";
import { assertKeyPrefix, assertObjectKey } from "../object-key.ts";
import { storeFailure } from "../store-failure.ts";
import { makeDirectory } from "./make-directory.ts";
import { walk } from "./walk.ts";
import { TempFiles } from "./temp-files.ts";
import { WriteLock } from "./write-lock.ts";

/** What is received must survive a power cut; everything else can be rebuilt from it. */
const durablePrefix = "raw/";

interface Writer {
  readonly lock: WriteLock;
  readonly temp: TempFiles;
}

/**
 * S3's semantics on a directory: the object `a/b` is the file `<root>/a/b`. Objects are written beside the lake and
 * published by a rename under a lock that all writers of the directory share, in whatever process or thread; readers
 * take no lock. Unlike in S3, `a` and `a/b` cannot both be objects.
 *
 * Every method throws StoreUnavailableError where the directory cannot be used, TerminalError for an impossible key.
 */
export class FileObjectStore implements ObjectStore {
  readonly root: string;
  #writer: Writer | undefined;

  /** Nothing is created before the first write: who only reads needs no write permission. */
  constructor(root: string) {
    this.root = resolve(root);
  }

  async get(key: string): Promise<StoredObject | null> {
    return this.#guarded(async () => {
      const file = await absentAsNull(open(this.#pathOf(key), "r"));
      if (file === null) return null;
      try {
        const stats = await file.stat({ bigint: true });
        if (!stats.isFile()) return null;
        const { buffer, byteOffset, byteLength } = await file.readFile();
        return { bytes: new Uint8Array(buffer, byteOffset, byteLength), etag: etagOf(stats) };
      } finally {
        await file.close();
      }
    });
  }

  async head(key: string): Promise<ObjectInfo | null> {
    return this.#guarded(async () => {
      const stats = statOf(this.#pathOf(key));
      return stats === null ? null : infoOf(key, stats);
    });
  }

  async put(key: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutResult> {
    return this.#guarded(async () => {
      const path = this.#pathOf(key);
      // A race that is lost already need not write its bytes first.
      if (!isMet(condition, path)) return { written: false };
      const { lock, temp } = await this.#openWriter();
      const durable = key.startsWith(durablePrefix);
      const tempPath = await temp.write(bytes, { durable });
      try {
        const result = lock.hold(() => publish(tempPath, path, condition));
        if (durable && result.written) await syncDirectory(dirname(path));
        return result;
      } finally {
        await rm(tempPath, { force: true });
      }
    });
  }

  async *list(prefix: string, startAfter?: string): AsyncGenerator<ObjectInfo> {
    assertKeyPrefix(prefix);
    try {
      for await (const { key, stats } of walk(this.root, prefix, startAfter)) yield infoOf(key, stats);
    } catch (error) {
      throw storeFailure(error, this.root);
    }
  }

  async delete(key: string, condition?: DeleteCondition): Promise<boolean> {
    return this.#guarded(async () => {
      const path = this.#pathOf(key);
      if (statOf(path) === null) return condition === undefined;
      const { lock } = await this.#openWriter();
      return lock.hold(() => {
        if (!isMet(condition, path)) return false;
        rmSync(path, { force: true });
        return true;
      });
    });
  }

  close(): void {
    this.#writer?.lock.close();
    this.#writer = undefined;
  }

  #pathOf(key: string): string {
    assertObjectKey(key);
    return join(this.root, key);
  }

  async #openWriter(): Promise<Writer> {
    if (this.#writer === undefined) {
      const temp = new TempFiles(join(this.root, ".tmp"));
      this.#writer = { temp, lock: new WriteLock(join(this.root, ".state", "locks.sqlite")) };
      await temp.removeAbandoned(Date.now());
    }
    return this.#writer;
  }

  async #guarded<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw storeFailure(error, this.root);
    }
  }
}

/** The first attempt finds that the folder is missing, the second that someone tidied it away meanwhile. */
const publishAttempts = 3;

/** Runs under the lock: between the comparison and the rename nobody else writes. */
function publish(tempPath: string, path: string, condition: PutCondition | undefined): PutResult {
  for (let attempt = 1; attempt <= publishAttempts; attempt++) {
    if (!isMet(condition, path)) return { written: false };
    try {
      renameSync(tempPath, path);
      return { written: true, etag: etagOf(statOf(path)!) };
    } catch (error) {
      if (!isAbsence(error)) throw error;
      makeDirectory(dirname(path));
    }
  }
  throw new TransientError(`the folder of "${path}" or its temporary file vanished while writing; try again`);
}

function isMet(condition: PutCondition | undefined, path: string): boolean {
  if (condition === undefined) return true;
  const stats = statOf(path);
  return "absent" in condition ? stats === null : stats !== null && etagOf(stats) === condition.etag;
}

/** A file is never modified in place, so inode, modification time and size name a version. */
function etagOf({ ino, mtimeNs, size }: BigIntStats): string {
  return `${ino.toString(36)}-${mtimeNs.toString(36)}-${size.toString(36)}`;
}

function infoOf(key: string, stats: BigIntStats): ObjectInfo {
  return { key, etag: etagOf(stats), sizeBytes: Number(stats.size) };
}

function statOf(path: string): BigIntStats | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isFile() === true ? stats : null;
}

async function absentAsNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return (error as { code?: unknown }).code === "ENOENT";
}

/** Makes a rename survive a power cut. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
