import type {
  DeleteCondition,
  ObjectInfo,
  ObjectStore,
  PutCondition,
  PutResult,
  StoredObject,
} from "../../core/ports.ts";
import { assertKeyPrefix, assertObjectKey } from "../object-key.ts";

/** Objects in a map, for tests and simulation. Bytes are copied on the way in and out. */
export class MemoryObjectStore implements ObjectStore {
  readonly #objects = new Map<string, StoredObject>();
  #writes = 0;

  async get(key: string): Promise<StoredObject | null> {
    const object = this.#objects.get(key);
    return object === undefined ? null : { bytes: object.bytes.slice(), etag: object.etag };
  }

  async head(key: string): Promise<ObjectInfo | null> {
    const object = this.#objects.get(key);
    return object === undefined ? null : infoOf(key, object);
  }

  async put(key: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutResult> {
    assertObjectKey(key);
    if (condition !== undefined) {
      const current = this.#objects.get(key)?.etag;
      const expected = "etag" in condition ? condition.etag : undefined;
      if (current !== expected) return { written: false };
    }
    const etag = `v${++this.#writes}`;
    this.#objects.set(key, { bytes: Uint8Array.from(bytes), etag });
    return { written: true, etag };
  }

  async *list(prefix: string, startAfter = ""): AsyncGenerator<ObjectInfo> {
    assertKeyPrefix(prefix);
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && key > startAfter).sort();
    for (const key of keys) {
      const object = this.#objects.get(key);
      if (object !== undefined) yield infoOf(key, object);
    }
  }

  async delete(key: string, condition?: DeleteCondition): Promise<boolean> {
    if (condition !== undefined && this.#objects.get(key)?.etag !== condition.etag) return false;
    this.#objects.delete(key);
    return true;
  }
}

function infoOf(key: string, { bytes, etag }: StoredObject): ObjectInfo {
  return { key, etag, sizeBytes: bytes.byteLength };
}
