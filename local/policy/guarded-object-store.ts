import type {
  DeleteCondition,
  ObjectInfo,
  ObjectStore,
  PutCondition,
  PutResult,
  StoredObject,
} from "../../core/ports.ts";
import type { CallContext } from "./conditions.ts";
import type { Guard } from "./guard.ts";

/** A store with the permissions that S3 asks for: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
export class GuardedObjectStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #bucket: string;
  readonly #guard: Guard;

  constructor(store: ObjectStore, bucket: string, guard: Guard) {
    this.#store = store;
    this.#bucket = bucket;
    this.#guard = guard;
  }

  async get(key: string): Promise<StoredObject | null> {
    this.#guard.demand("s3:GetObject", this.#object(key));
    return this.#ifAbsentMayList(await this.#store.get(key));
  }

  async head(key: string): Promise<ObjectInfo | null> {
    this.#guard.demand("s3:GetObject", this.#object(key));
    return this.#ifAbsentMayList(await this.#store.head(key));
  }

  async put(key: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutResult> {
    this.#guard.demand("s3:PutObject", this.#object(key), putContext(condition));
    // An answer tells something of the object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    if (condition !== undefined && "etag" in condition) {
      this.#guard.demand("s3:GetObject", this.#object(key));
    }
    return this.#store.put(key, bytes, condition);
  }

  async *list(prefix: string, startAfter?: string): AsyncIterable<ObjectInfo> {
    this.#guard.demand("s3:ListBucket", this.#bucket, { "s3:prefix": prefix });
    yield* this.#store.list(prefix, startAfter);
  }

  async delete(key: string, condition?: DeleteCondition): Promise<boolean> {
    const context = condition === undefined ? {} : { "s3:if-match": condition.etag };
    this.#guard.demand("s3:DeleteObject", this.#object(key), context);
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
    if (condition !== undefined) this.#guard.demand("s3:GetObject", this.#object(key));
    return this.#store.delete(key, condition);
  }

  /** Who may not list a bucket is not told that it lacks a key: S3 answers 403 instead of 404. */
  #ifAbsentMayList<T>(found: T | null): T | null {
    if (found === null) this.#guard.demand("s3:ListBucket", this.#bucket);
    return found;
  }

  #object(key: string): string {
    return `${this.#bucket}/${key}`;
  }
}

const creation = { "s3:objectcreationoperation": "true" };

function putContext(condition: PutCondition | undefined): CallContext {
  if (condition === undefined) return creation;
  return "absent" in condition
    ? { ...creation, "s3:if-none-match": "*" }
    : { ...creation, "s3:if-match": condition.etag };
}
