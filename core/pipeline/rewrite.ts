/**
 * Read-modify-write of one object under compare-and-swap. Whoever loses the race reads again and computes again, so a
 * rewrite must be a function of what it reads.
 */
import { ConflictError } from "../errors.ts";
import type { ObjectStore, StoredObject } from "../ports.ts";
import type { PipelineContext } from "./context.ts";

/** Enough for every consumer of a busy object to win once; more means that something else is wrong. */
const attemptsMax = 12;
const backoffMs = 25;

export interface Rewritten {
  /** Version and bytes that stand now; null where the object is absent. */
  readonly etag: string | null;
  readonly bytes: Uint8Array | null;
  readonly bytesRead: number;
  /** 0 where the object held these bytes already. */
  readonly bytesWritten: number;
}

/**
 * Writes what `compute` makes of the current object; `null` deletes it. `compute` runs after the current version was
 * read: inputs that it reads itself are at least as new as the etag that guards the write, so of two concurrent
 * rewrites the one with older inputs always loses and starts again.
 *
 * @throws ConflictError after `attemptsMax` lost races.
 */
export async function rewriteObject(
  context: Pick<PipelineContext, "clock">,
  store: ObjectStore,
  key: string,
  compute: (current: StoredObject | null) => Promise<Uint8Array | null>,
): Promise<Rewritten> {
  let bytesRead = 0;
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const current = await store.get(key);
    bytesRead += current?.bytes.byteLength ?? 0;
    const next = await compute(current);
    if (next === null) {
      if (current === null || (await store.delete(key, { etag: current.etag }))) {
        return { etag: null, bytes: null, bytesRead, bytesWritten: 0 };
      }
      await context.clock.sleep(backoffMs * attempt);
      continue;
    }
    if (current !== null && equalBytes(current.bytes, next))
      return { etag: current.etag, bytes: next, bytesRead, bytesWritten: 0 };
    const result = await store.put(key, next, current === null ? { absent: true } : { etag: current.etag });
    if (result.written) {
      return { etag: result.etag, bytes: next, bytesRead, bytesWritten: next.byteLength };
    }
    await context.clock.sleep(backoffMs * attempt);
  }
  throw new ConflictError(
    `object "${key}" was changed by others ${attemptsMax} times while it was rewritten; a later try will succeed`,
  );
}

/**
 * Writes an object once and for ever. False where the key has one already. A refused write alone does not tell that: S3
 * also refuses one while another is under way (409), which may fail.
 *
 * @throws ConflictError after `attemptsMax` refused writes of which none left an object.
 */
export async function createObject(
  context: Pick<PipelineContext, "clock">,
  store: ObjectStore,
  key: string,
  bytes: Uint8Array,
): Promise<boolean> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const result = await store.put(key, bytes, { absent: true });
    if (result.written) return true;
    if ((await store.head(key)) !== null) return false;
    await context.clock.sleep(backoffMs * attempt);
  }
  throw new ConflictError(
    `object "${key}" could not be created in ${attemptsMax} attempts, though it does not exist; a later try will succeed`,
  );
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.byteLength !== b.byteLength) return false;
  for (let i = 0; i < a.byteLength; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}
