import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { TerminalError } from "../../../core/errors.ts";
import type {
  DeleteCondition,
  ObjectInfo,
  ObjectStore,
  PutCondition,
  PutResult,
  StoredObject,
} from "../../../core/ports.ts";
import { nameOf, portError, statusOf } from "./sdk-errors.ts";

/** A thousand keys each: ten million objects, far more than a lake of one object per shard and period has. */
const maxListPages = 10_000;

/** One bucket. Etags are S3's, with their quotes. */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async get(key: string): Promise<StoredObject | null> {
    try {
      const response = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      // A body that breaks off is not retried by the SDK: its error goes through the mapping below.
      const bytes = (await response.Body?.transformToByteArray()) ?? new Uint8Array();
      return { bytes, etag: this.#etag(key, response.ETag) };
    } catch (error) {
      if (nameOf(error) === "NoSuchKey") return null;
      throw this.#error(`read "${key}"`, error);
    }
  }

  async head(key: string): Promise<ObjectInfo | null> {
    try {
      const response = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return { key, etag: this.#etag(key, response.ETag), sizeBytes: response.ContentLength ?? 0 };
    } catch (error) {
      // An answer to HEAD has no body, so a missing bucket looks like a missing key.
      if (statusOf(error) === 404) return null;
      throw this.#error(`look up "${key}"`, error);
    }
  }

  /**
   * The SDK repeats a request whose answer got lost; if the lost one had succeeded, the repeated one loses against it
   * and `written` is false. Callers re-read after a lost race, so they find their own bytes.
   */
  async put(key: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutResult> {
    try {
      const response = await this.#client.send(
        new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: bytes, ...conditionHeaders(condition) }),
      );
      return { written: true, etag: this.#etag(key, response.ETag) };
    } catch (error) {
      if (condition !== undefined && isLostRace(error, condition)) return { written: false };
      throw this.#error(`write "${key}"`, error);
    }
  }

  async *list(prefix: string, startAfter?: string): AsyncIterable<ObjectInfo> {
    let token: string | undefined;
    for (let page = 0; page < maxListPages; page++) {
      const response = await this.#listPage(prefix, startAfter, token);
      for (const { Key: key, ETag: etag, Size: sizeBytes } of response.Contents ?? []) {
        if (key !== undefined) yield { key, etag: this.#etag(key, etag), sizeBytes: sizeBytes ?? 0 };
      }
      token = response.NextContinuationToken;
      if (response.IsTruncated !== true || token === undefined) return;
    }
    throw new TerminalError(
      `listing "${prefix}" of bucket "${this.#bucket}" has more than ${maxListPages} pages; list a longer prefix`,
    );
  }

  async delete(key: string, condition?: DeleteCondition): Promise<boolean> {
    try {
      await this.#client.send(
        new DeleteObjectCommand({ Bucket: this.#bucket, Key: key, ...conditionHeaders(condition) }),
      );
      return true;
    } catch (error) {
      if (condition !== undefined && isLostRace(error, condition)) return false;
      throw this.#error(`delete "${key}"`, error);
    }
  }

  async #listPage(prefix: string, startAfter: string | undefined, token: string | undefined) {
    try {
      return await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          StartAfter: startAfter,
          ContinuationToken: token,
        }),
      );
    } catch (error) {
      throw this.#error(`list "${prefix}"`, error);
    }
  }

  #etag(key: string, etag: string | undefined): string {
    if (etag !== undefined) return etag;
    throw new TerminalError(
      `S3 gave no ETag for "${key}" of bucket "${this.#bucket}"; conditional writes need one`,
    );
  }

  #error(what: string, error: unknown): Error {
    return portError(`${what} in bucket "${this.#bucket}"`, error);
  }
}

function conditionHeaders(condition: PutCondition | undefined) {
  if (condition === undefined) return {};
  return "absent" in condition ? { IfNoneMatch: "*" } : { IfMatch: condition.etag };
}

/**
 * 412: the condition does not hold. 409: another conditional write is in flight. 404: `If-Match` on a key that is gone.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html and conditional-deletes.html beside it
 */
function isLostRace(error: unknown, condition: PutCondition): boolean {
  if (statusOf(error) === 412 || nameOf(error) === "ConditionalRequestConflict") return true;
  return "etag" in condition && nameOf(error) === "NoSuchKey";
}
