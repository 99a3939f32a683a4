import { describe, expect, test } from "vitest";
import type { ObjectInfo, ObjectStore, PutResult } from "../../core/ports.ts";
import { withSubject, type Subject } from "./subject.ts";

/** What an emulator behind an adapter may ignore. The adapter still passes the rest; the report shows what did not run. */
export type ObjectStoreCapability = "create-only" | "if-match";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const megabyte = 1_048_576;

async function keysOf(listing: AsyncIterable<ObjectInfo>): Promise<string[]> {
  const keys: string[] = [];
  for await (const info of listing) keys.push(info.key);
  return keys;
}

function etagOf(result: PutResult): string {
  if (!result.written) throw new Error("expected the put to be written, but it lost a race");
  return result.etag;
}

/** What every `ObjectStore` does. `lacks` names what the backend behind this adapter does not enforce. */
export function objectStoreContract(
  name: string,
  makeStore: () => Promise<Subject<ObjectStore>> | Subject<ObjectStore>,
  { lacks = [] }: { readonly lacks?: readonly ObjectStoreCapability[] } = {},
): void {
  const withStore = (use: (store: ObjectStore) => Promise<void>) => () =>
    withSubject(makeStore, ({ subject }) => use(subject));

  describe(`${name} as an object store`, () => {
    describe("whole objects", () => {
      test(
        "returns null for an absent key",
        withStore(async (store) => {
          expect(await store.get("curated/absent")).toBeNull();
          expect(await store.head("curated/absent")).toBeNull();
        }),
      );

      test(
        "returns the bytes that were put, with the etag of the put",
        withStore(async (store) => {
          const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
          const etag = etagOf(await store.put("curated/a.bin", bytes));
          expect(await store.get("curated/a.bin")).toEqual({ bytes, etag });
          expect(await store.head("curated/a.bin")).toEqual({ key: "curated/a.bin", etag, sizeBytes: 256 });
        }),
      );

      test(
        "replaces an object and changes its etag, even for the same length",
        withStore(async (store) => {
          const first = etagOf(await store.put("curated/a", bytesOf("one")));
          const second = etagOf(await store.put("curated/a", bytesOf("two")));
          expect(second).not.toBe(first);
          expect(textOf((await store.get("curated/a"))!.bytes)).toBe("two");
        }),
      );

      test(
        "keeps what was put when the caller reuses its buffer",
        withStore(async (store) => {
          const bytes = bytesOf("before");
          await store.put("curated/a", bytes);
          bytes.fill(0);
          expect(textOf((await store.get("curated/a"))!.bytes)).toBe("before");
        }),
      );

      test(
        "stores an empty object, which differs from an absent one",
        withStore(async (store) => {
          await store.put("curated/empty", new Uint8Array());
          expect((await store.get("curated/empty"))!.bytes).toHaveLength(0);
          expect((await store.head("curated/empty"))!.sizeBytes).toBe(0);
        }),
      );

      test(
        "stores an object of 8 MB",
        withStore(async (store) => {
          const bytes = new Uint8Array(8 * megabyte).map((_, i) => (i * 31) % 251);
          await store.put("raw/large.bin", bytes);
          expect(Buffer.compare((await store.get("raw/large.bin"))!.bytes, bytes)).toBe(0);
        }),
      );

      test(
        "keeps keys with =, blanks, percent signs and letters beyond ASCII apart",
        withStore(async (store) => {
          const keys = [
            "raw/dt=2026-11-20/a b.csv",
            "raw/dt=2026-11-20/a%20b.csv",
            "raw/dt=2026-11-20/a+b.csv",
            "raw/dt=2026-11-20/^GSPC&x?#.csv",
            "raw/dt=2026-11-20/\u00e9\u4e2d.csv",
          ];
          for (const key of keys) await store.put(key, bytesOf(key));
          for (const key of keys) expect(textOf((await store.get(key))!.bytes)).toBe(key);
          expect(await keysOf(store.list("raw/dt=2026-11-20/"))).toEqual([...keys].sort());
        }),
      );

      test(
        "shows a reader the old bytes or the new ones, never a mixture",
        withStore(async (store) => {
          const versions = [1, 2].map((value) => new Uint8Array(megabyte / 4).fill(value));
          await store.put("curated/a", versions[0]!);
          const progress = { writing: true };
          const write = async () => {
            for (let i = 0; i < 20; i++) await store.put("curated/a", versions[i % 2]!);
            progress.writing = false;
          };
          const read = async () => {
            do {
              const { bytes } = (await store.get("curated/a"))!;
              expect(bytes).toHaveLength(megabyte / 4);
              expect(bytes.every((value) => value === bytes[0])).toBe(true);
            } while (progress.writing);
          };
          await Promise.all([write(), read()]);
        }),
      );
    });

    describe.skipIf(lacks.includes("create-only"))("create-only puts", () => {
      test(
        "write where the key is absent and lose where it is taken",
        withStore(async (store) => {
          expect((await store.put("raw/a", bytesOf("first"), { absent: true })).written).toBe(true);
          expect(await store.put("raw/a", bytesOf("second"), { absent: true })).toEqual({ written: false });
          expect(textOf((await store.get("raw/a"))!.bytes)).toBe("first");
        }),
      );

      test(
        "have exactly one winner in a race, and its bytes stay",
        withStore(async (store) => {
          const contenders = Array.from({ length: 16 }, (_, i) => `writer ${i}`);
          const results = await Promise.all(
            contenders.map((text) => store.put("raw/race", bytesOf(text), { absent: true })),
          );
          const winners = contenders.filter((_, i) => results[i]!.written);
          expect(winners).toHaveLength(1);
          expect(textOf((await store.get("raw/race"))!.bytes)).toBe(winners[0]);
        }),
      );
    });

    describe.skipIf(lacks.includes("if-match"))("puts with an etag", () => {
      test(
        "write over that version and lose against any other",
        withStore(async (store) => {
          const first = etagOf(await store.put("curated/a", bytesOf("1")));
          const second = etagOf(await store.put("curated/a", bytesOf("2"), { etag: first }));
          expect(await store.put("curated/a", bytesOf("3"), { etag: first })).toEqual({ written: false });
          expect(await store.get("curated/a")).toEqual({ bytes: bytesOf("2"), etag: second });
        }),
      );

      test(
        "lose where the object is gone",
        withStore(async (store) => {
          const etag = etagOf(await store.put("curated/a", bytesOf("1")));
          await store.delete("curated/a");
          expect(await store.put("curated/a", bytesOf("2"), { etag })).toEqual({ written: false });
          expect(await store.get("curated/a")).toBeNull();
        }),
      );

      test(
        "have exactly one winner in a race",
        withStore(async (store) => {
          const etag = etagOf(await store.put("curated/race", bytesOf("start")));
          const results = await Promise.all(
            Array.from({ length: 16 }, (_, i) => store.put("curated/race", bytesOf(`writer ${i}`), { etag })),
          );
          expect(results.filter((result) => result.written)).toHaveLength(1);
        }),
      );

      test(
        "lose no increment of a counter that several tasks raise",
        withStore(async (store) => {
          const key = "curated/counter";
          await store.put(key, bytesOf("0"));
          const increment = async () => {
            for (;;) {
              const current = (await store.get(key))!;
              const next = bytesOf(String(Number(textOf(current.bytes)) + 1));
              if ((await store.put(key, next, { etag: current.etag })).written) return;
            }
          };
          const raiseTenTimes = async () => {
            for (let i = 0; i < 10; i++) await increment();
          };
          await Promise.all(Array.from({ length: 5 }, raiseTenTimes));
          expect(textOf((await store.get(key))!.bytes)).toBe("50");
        }),
      );
    });

    describe("listing", () => {
      test(
        "yields key, etag and size in ascending key order, across folder boundaries",
        withStore(async (store) => {
          const keys = ["t/a-b", "t/a.b/c", "t/a/b", "t/a/b2", "t/a0", "t/b"];
          const etags = new Map<string, string>();
          for (const key of [...keys].reverse()) etags.set(key, etagOf(await store.put(key, bytesOf(key))));
          const listed: ObjectInfo[] = [];
          for await (const info of store.list("t/")) listed.push(info);
          expect(listed).toEqual(keys.map((key) => ({ key, etag: etags.get(key), sizeBytes: key.length })));
        }),
      );

      test(
        "takes the prefix as text, not as a folder",
        withStore(async (store) => {
          for (const key of ["t/year=2025/x", "t/year=2026/x", "t/yearly/x", "u/year=2026/x"])
            await store.put(key, bytesOf(key));
          expect(await keysOf(store.list("t/year=202"))).toEqual(["t/year=2025/x", "t/year=2026/x"]);
          expect(await keysOf(store.list("t/year=2026/x"))).toEqual(["t/year=2026/x"]);
          expect(await keysOf(store.list("t/year=2026/x/"))).toEqual([]);
          expect(await keysOf(store.list("t/year", "t/year=2025/"))).toEqual([
            "t/year=2025/x",
            "t/year=2026/x",
            "t/yearly/x",
          ]);
          expect(await keysOf(store.list("t/", "t/year=2025/x"))).toEqual(["t/year=2026/x", "t/yearly/x"]);
          expect(await keysOf(store.list("t/year=2025/", "t/year=2026"))).toEqual([]);
          expect(await keysOf(store.list(""))).toHaveLength(4);
        }),
      );

      test(
        "is empty for a prefix that nothing has",
        withStore(async (store) => {
          expect(await keysOf(store.list("nothing/here/"))).toEqual([]);
        }),
      );

      test(
        "goes on beyond the thousand keys of one S3 page",
        withStore(async (store) => {
          const keys = Array.from({ length: 1_010 }, (_, i) => `many/${String(i).padStart(5, "0")}`);
          for (let i = 0; i < keys.length; i += 50)
            await Promise.all(keys.slice(i, i + 50).map((key) => store.put(key, bytesOf("x"))));
          expect(await keysOf(store.list("many/"))).toEqual(keys);
        }),
      );
    });

    describe.skipIf(lacks.includes("if-match"))("deletes with an etag", () => {
      test(
        "take that version away and leave any other",
        withStore(async (store) => {
          const first = etagOf(await store.put("curated/a", bytesOf("1")));
          const second = etagOf(await store.put("curated/a", bytesOf("2")));
          expect(await store.delete("curated/a", { etag: first })).toBe(false);
          expect(textOf((await store.get("curated/a"))!.bytes)).toBe("2");
          expect(await store.delete("curated/a", { etag: second })).toBe(true);
          expect(await store.get("curated/a")).toBeNull();
        }),
      );

      test(
        "lose where the object is gone",
        withStore(async (store) => {
          const etag = etagOf(await store.put("curated/a", bytesOf("1")));
          await store.delete("curated/a");
          expect(await store.delete("curated/a", { etag })).toBe(false);
        }),
      );

      test(
        "and puts with the same etag have exactly one winner",
        withStore(async (store) => {
          const etag = etagOf(await store.put("curated/race", bytesOf("start")));
          const puts = Array.from({ length: 4 }, async (_, i) => {
            const { written } = await store.put("curated/race", bytesOf(`writer ${i}`), { etag });
            return written;
          });
          const deletes = Array.from({ length: 4 }, () => store.delete("curated/race", { etag }));
          const results = await Promise.all([...deletes, ...puts]);
          expect(results.filter(Boolean)).toHaveLength(1);
        }),
      );
    });

    test(
      "deletes an object once, and again without an error",
      withStore(async (store) => {
        await store.put("curated/a", bytesOf("1"));
        expect(await store.delete("curated/a")).toBe(true);
        expect(await store.delete("curated/a")).toBe(true);
        expect(await store.get("curated/a")).toBeNull();
        expect(await keysOf(store.list("curated/"))).toEqual([]);
      }),
    );
  });
}
