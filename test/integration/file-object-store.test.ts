import { once } from "node:events";
import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StoreUnavailableError, TerminalError } from "../../core/errors.ts";
import { FileObjectStore } from "../../local/files/file-object-store.ts";
import { firstOutput, killHard, outputOf, startChild } from "../helpers/child-process.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let store: FileObjectStore;
const key = "curated/object";

beforeEach(async () => {
  directory = await temporaryDirectory();
  store = new FileObjectStore(directory.path);
});

afterEach(async () => {
  store.close();
  await directory.remove();
});

describe("several writers of one directory", () => {
  test("lose no increment of two processes", async () => {
    await store.put(key, bytesOf("0"));
    const children = [1, 2].map(() => startChild("increment-counter.ts", directory.path, key, 200));
    await Promise.all(children.map(outputOf));
    expect(textOf((await store.get(key))!.bytes)).toBe("400");
  });

  test("lose no increment of two worker threads", async () => {
    await store.put(key, bytesOf("0"));
    const script = new URL("children/increment-counter.ts", import.meta.url);
    const workers = [1, 2].map(() => new Worker(script, { workerData: [directory.path, key, "200"] }));
    await Promise.all(workers.map((worker) => once(worker, "exit")));
    expect(textOf((await store.get(key))!.bytes)).toBe("400");
  });
});

describe("a writer that is killed", () => {
  test("leaves whole objects and no lock behind", async () => {
    for (let kill = 0; kill < 5; kill++) {
      const child = startChild("rewrite-object.ts", directory.path, key);
      await firstOutput(child);
      await new Promise((resolve) => setTimeout(resolve, 7 * kill));
      await killHard(child);
      const { bytes, etag } = (await store.get(key))!;
      expect(bytes).toHaveLength(500_000);
      expect(bytes.every((value) => value === bytes[0])).toBe(true);
      expect((await store.put(key, bytes, { etag })).written).toBe(true);
    }
  });

  test("leaves temporary files that the next writer removes once they are an hour old", async () => {
    const temporary = join(directory.path, ".tmp");
    await mkdir(temporary);
    for (const name of ["old", "young"]) await writeFile(join(temporary, name), "half");
    const twoHoursAgo = Date.now() / 1_000 - 7_200;
    await utimes(join(temporary, "old"), twoHoursAgo, twoHoursAgo);
    await store.put(key, bytesOf("x"));
    expect(await readdir(temporary)).toEqual(["young"]);
  });
});

describe("etags", () => {
  test("differ for a thousand versions of the same size written in a row", async () => {
    const etags = new Set<string>();
    for (let i = 0; i < 1_000; i++) {
      const result = await store.put(key, bytesOf("same"));
      if (result.written) etags.add(result.etag);
    }
    expect(etags.size).toBe(1_000);
  });
});

describe("the store's own files", () => {
  test("are not listed, and a reader creates none", async () => {
    const reader = new FileObjectStore(join(directory.path, "new lake"));
    expect(await reader.get(key)).toBeNull();
    for await (const info of reader.list("")) expect(info).toBeUndefined();
    await reader.delete(key);
    await expect(stat(join(directory.path, "new lake"))).rejects.toThrow("ENOENT");
    await store.put(key, bytesOf("x"));
    const keys: string[] = [];
    for await (const info of store.list("")) keys.push(info.key);
    expect(keys).toEqual([key]);
  });

  test("cannot be reached through a key, nor can anything outside the directory", async () => {
    for (const bad of [
      "../x",
      "a/../../x",
      "/etc/passwd",
      "a//b",
      "a/",
      "",
      ".tmp/x",
      ".state/locks.sqlite",
      "a\0b",
      "a/./b",
    ]) {
      await expect(store.put(bad, bytesOf("x"))).rejects.toThrow(TerminalError);
      await expect(store.get(bad)).rejects.toThrow(TerminalError);
      await expect(store.delete(bad)).rejects.toThrow(TerminalError);
    }
    for (const bad of ["../", "a/../..", "/"])
      await expect(store.list(bad)[Symbol.asyncIterator]().next()).rejects.toThrow(TerminalError);
  });
});

describe("a directory that cannot be used", () => {
  test("is named with what happened and what to do, where a file is in its path", async () => {
    await writeFile(join(directory.path, "file"), "");
    for (const root of [join(directory.path, "file"), join(directory.path, "file", "lake")]) {
      const broken = new FileObjectStore(root);
      const error = await broken.put(key, bytesOf("x")).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect((error as Error).message).toContain(root);
      expect((error as Error).message).toContain("--lake DIR");
      await expect(broken.list("curated/")[Symbol.asyncIterator]().next()).rejects.toThrow(
        StoreUnavailableError,
      );
    }
  });

  describe.skipIf(!canMountTmpfs())("on a full disk (needs the right to mount a tmpfs)", () => {
    test("says so, keeps the old object and leaves no temporary file", async () => {
      const full = join(directory.path, "full");
      await mkdir(full);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", full]);
      const small = new FileObjectStore(full);
      try {
        await small.put(key, bytesOf("old"));
        const error = await small.put(key, new Uint8Array(4_000_000)).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(StoreUnavailableError);
        expect((error as Error).message).toContain("disk is full");
        expect(textOf((await small.get(key))!.bytes)).toBe("old");
        expect(await readdir(join(full, ".tmp"))).toEqual([]);
        expect((await small.put(key, bytesOf("new"))).written).toBe(true);
      } finally {
        small.close();
        execFileSync("umount", [full]);
      }
    });
  });
});

function canMountTmpfs(): boolean {
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
