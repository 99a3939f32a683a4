import { describe, expect, test } from "vitest";
import { ConflictError } from "../../../../core/errors.ts";
import type { ObjectStore } from "../../../../core/ports.ts";
import { SharedState } from "../../../../core/providers/resilience/shared-state.ts";
import { MemoryObjectStore } from "../../../../local/memory/memory-object-store.ts";
import { VirtualClock } from "../../../../local/memory/virtual-clock.ts";
import { inVirtualTime } from "../../../helpers/virtual-time.ts";

interface Count {
  readonly count: number;
}

const clock = new VirtualClock();
const counter = (store: ObjectStore) =>
  new SharedState<Count>({
    store,
    clock,
    random: () => 0.5,
    key: "counter.json",
    initial: { count: 0 },
    encode: (state) => new TextEncoder().encode(JSON.stringify(state)),
    decode: (_key, bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Count,
  });
const increment = (state: Count) => ({ state: { count: state.count + 1 } });

/** A store that counts its calls. */
function counted(store: ObjectStore) {
  const calls = { get: 0, put: 0 };
  const counting: ObjectStore = {
    get: (key) => (calls.get++, store.get(key)),
    put: (key, bytes, condition) => (calls.put++, store.put(key, bytes, condition)),
    head: (key) => store.head(key),
    list: (prefix) => store.list(prefix),
    delete: (key, condition) => store.delete(key, condition),
  };
  return { counting, calls };
}

describe("a shared state", () => {
  test("is what it was initially where the object is absent", async () =>
    expect(await counter(new MemoryObjectStore()).read()).toEqual({ count: 0 }));

  test("loses no change of several workers", async () => {
    const store = new MemoryObjectStore();
    const workers = Array.from({ length: 8 }, () => counter(store));
    const changes = workers.flatMap((worker) => Array.from({ length: 5 }, () => worker.change(increment)));
    await inVirtualTime(clock, Promise.all(changes));
    expect(await counter(store).read()).toEqual({ count: 40 });
  });

  test("reads once and writes once per change while nobody else writes", async () => {
    const { counting, calls } = counted(new MemoryObjectStore());
    const state = counter(counting);
    for (let i = 0; i < 5; i++) await state.change(increment);
    expect(calls).toEqual({ get: 1, put: 5 });
  });

  test("decides against a change on the state that stands, not on one remembered", async () => {
    const store = new MemoryObjectStore();
    const [one, other] = [counter(store), counter(store)];
    await one.change(increment);
    await inVirtualTime(
      clock,
      other.change(() => ({ state: { count: 7 } })),
    );
    const seen: number[] = [];
    await one.change((state) => (seen.push(state.count), { state }));
    expect(seen.at(-1)).toBe(7);
  });

  test("gives up with a conflict where others are always faster", async () => {
    const store = new MemoryObjectStore();
    const { counting } = counted(store);
    const losing: ObjectStore = { ...counting, put: () => Promise.resolve({ written: false }) };
    const change = counter(losing).change(increment);
    await expect(inVirtualTime(clock, change)).rejects.toBeInstanceOf(ConflictError);
  });

  test("reads anew after a write whose fate is unknown", async () => {
    const store = new MemoryObjectStore();
    const { counting } = counted(store);
    let isBroken = true;
    const breaking: ObjectStore = {
      ...counting,
      put: async (key, bytes, condition) => {
        const result = await store.put(key, bytes, condition);
        if (isBroken) throw new Error("connection reset after the write");
        return result;
      },
    };
    const state = counter(breaking);
    await expect(state.change(increment)).rejects.toThrow("connection reset");
    isBroken = false;
    await state.change(increment);
    expect(await state.read()).toEqual({ count: 2 });
  });
});
