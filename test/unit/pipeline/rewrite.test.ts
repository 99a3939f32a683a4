import { describe, expect, it } from "vitest";
import { ConflictError, TransientError } from "../../../core/errors.ts";
import { createObject, rewriteObject } from "../../../core/pipeline/rewrite.ts";
import type { ObjectStore } from "../../../core/ports.ts";
import { MemoryObjectStore } from "../../../local/memory/memory-object-store.ts";

const key = "curated/x";
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);

/** A clock that notes how long it was asked to wait. */
function restlessClock() {
  const sleptMs: number[] = [];
  const clock = { nowMs: () => 0, sleep: (ms: number) => Promise.resolve(void sleptMs.push(ms)) };
  return { context: { clock }, sleptMs };
}

/** A store in which others write just before each of the first `races` conditional writes. */
function contestedStore(races: number) {
  const store = new MemoryObjectStore();
  let puts = 0;
  const contested: ObjectStore = {
    get: (name) => store.get(name),
    head: (name) => store.head(name),
    list: (prefix, startAfter) => store.list(prefix, startAfter),
    delete: (name, condition) => store.delete(name, condition),
    put: async (name, bytes, condition) => {
      if (++puts <= races)
        await store.put(name, bytesOf(`${textOf((await store.get(name))?.bytes) ?? ""}${puts};`));
      return store.put(name, bytes, condition);
    },
  };
  return { store, contested, puts: () => puts };
}

/** S3 answers 409 while another conditional write is under way, which may then fail. */
function refusingStore(refusals: number) {
  const store = new MemoryObjectStore();
  let puts = 0;
  const refusing: ObjectStore = {
    get: (name) => store.get(name),
    head: (name) => store.head(name),
    list: (prefix, startAfter) => store.list(prefix, startAfter),
    delete: (name, condition) => store.delete(name, condition),
    put: (name, bytes, condition) =>
      ++puts <= refusals ? Promise.resolve({ written: false }) : store.put(name, bytes, condition),
  };
  return { store, refusing };
}

const append = (text: string) => (current: { bytes: Uint8Array } | null) =>
  Promise.resolve(bytesOf(`${textOf(current?.bytes) ?? ""}${text}`));

describe("rewriteObject", () => {
  it("creates an object that is absent", async () => {
    const store = new MemoryObjectStore();
    const result = await rewriteObject(restlessClock().context, store, key, append("a"));
    const stored = await store.get(key);
    expect(textOf(stored?.bytes)).toBe("a");
    expect(result).toEqual({ etag: stored?.etag, bytes: bytesOf("a"), bytesRead: 0, bytesWritten: 1 });
  });

  it("reads again and computes again after every lost race, and loses nothing of what others wrote", async () => {
    const { store, contested } = contestedStore(3);
    const { context, sleptMs } = restlessClock();
    await rewriteObject(context, contested, key, append("mine"));
    expect(textOf((await store.get(key))?.bytes)).toBe("1;2;3;mine");
    expect(sleptMs).toHaveLength(3);
    expect(sleptMs).toEqual(sleptMs.toSorted((a, b) => a - b));
  });

  it("counts what it read in all attempts", async () => {
    const { contested } = contestedStore(2);
    const { bytesRead, bytesWritten } = await rewriteObject(
      restlessClock().context,
      contested,
      key,
      append("mine"),
    );
    expect({ bytesRead, bytesWritten }).toEqual({
      bytesRead: "".length + "1;".length + "1;2;".length,
      bytesWritten: 8,
    });
  });

  it("gives up with a transient error that names the object after a bounded number of lost races", async () => {
    const { contested, puts } = contestedStore(Infinity);
    const rewriting = rewriteObject(restlessClock().context, contested, key, append("mine"));
    await expect(rewriting).rejects.toThrow(ConflictError);
    await expect(rewriting).rejects.toThrow(`"${key}"`);
    await expect(rewriting).rejects.toBeInstanceOf(TransientError);
    expect(puts()).toBeLessThanOrEqual(20);
  });

  it("does not write bytes that stand already", async () => {
    const { store, contested, puts } = contestedStore(0);
    await store.put(key, bytesOf("same"));
    const before = (await store.get(key))?.etag;
    const result = await rewriteObject(restlessClock().context, contested, key, () =>
      Promise.resolve(bytesOf("same")),
    );
    expect(puts()).toBe(0);
    expect(result).toMatchObject({ etag: before, bytesRead: 4, bytesWritten: 0 });
  });

  it("writes other bytes of the same length", async () => {
    const store = new MemoryObjectStore();
    await store.put(key, bytesOf("old"));
    await rewriteObject(restlessClock().context, store, key, () => Promise.resolve(bytesOf("new")));
    expect(textOf((await store.get(key))?.bytes)).toBe("new");
  });

  it("deletes the object where nothing is left of it", async () => {
    const store = new MemoryObjectStore();
    await store.put(key, bytesOf("old"));
    const result = await rewriteObject(restlessClock().context, store, key, () => Promise.resolve(null));
    expect(await store.get(key)).toBeNull();
    expect(result).toEqual({ etag: null, bytes: null, bytesRead: 3, bytesWritten: 0 });
  });

  it("leaves errors of the computation alone and the object as it was", async () => {
    const store = new MemoryObjectStore();
    await store.put(key, bytesOf("old"));
    const failing = rewriteObject(restlessClock().context, store, key, () =>
      Promise.reject(new RangeError("no")),
    );
    await expect(failing).rejects.toThrow(RangeError);
    expect(textOf((await store.get(key))?.bytes)).toBe("old");
  });
});

describe("createObject", () => {
  it("writes once and keeps the first bytes", async () => {
    const store = new MemoryObjectStore();
    const { context } = restlessClock();
    expect(await createObject(context, store, key, bytesOf("first"))).toBe(true);
    expect(await createObject(context, store, key, bytesOf("second"))).toBe(false);
    expect(textOf((await store.get(key))?.bytes)).toBe("first");
  });

  it("tries again where a refused write left no object", async () => {
    const { store, refusing } = refusingStore(2);
    const { context, sleptMs } = restlessClock();
    expect(await createObject(context, refusing, key, bytesOf("first"))).toBe(true);
    expect(textOf((await store.get(key))?.bytes)).toBe("first");
    expect(sleptMs).toHaveLength(2);
  });

  it("gives up with a transient error where every write is refused", async () => {
    const { refusing } = refusingStore(Infinity);
    const creating = createObject(restlessClock().context, refusing, key, bytesOf("first"));
    await expect(creating).rejects.toThrow(ConflictError);
    await expect(creating).rejects.toThrow(`"${key}"`);
  });
});
