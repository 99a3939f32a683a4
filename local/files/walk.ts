import type { BigIntStats, Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface FoundFile {
  readonly key: string;
  readonly stats: BigIntStats;
}

/** Stats in flight at once within one folder. */
const statBatch = 64;

/**
 * Files below `root` whose key starts with `prefix` and is greater than `startAfter`, in ascending key order. Only
 * folders that can hold such keys are read. What vanishes meanwhile is left out; names at the top that begin with a dot are not objects.
 */
export async function* walk(root: string, prefix: string, startAfter = ""): AsyncGenerator<FoundFile> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  yield* walkFolder(root, folder, prefix, startAfter);
}

async function* walkFolder(
  root: string,
  folder: string,
  prefix: string,
  startAfter: string,
): AsyncGenerator<FoundFile> {
  const keys = (await entriesOf(root, folder))
    .filter((entry) => folder !== "" || !entry.name.startsWith("."))
    .map((entry) => keyOf(folder, entry))
    .filter(
      (key) => key.startsWith(prefix) && (key > startAfter || (isFolder(key) && startAfter.startsWith(key))),
    )
    // A folder sorts with its slash, as the keys in it do: "a-b" < "a/b" < "a0".
    .sort();
  for (let i = 0; i < keys.length; i += statBatch) {
    const batch = keys.slice(i, i + statBatch);
    const stats = await Promise.all(
      batch.map(async (key) => (isFolder(key) ? null : statOf(join(root, key)))),
    );
    for (const [j, key] of batch.entries()) {
      const found = stats[j];
      if (isFolder(key)) yield* walkFolder(root, key, prefix, startAfter);
      else if (found?.isFile() === true) yield { key, stats: found };
    }
  }
}

const isFolder = (key: string) => key.endsWith("/");

function keyOf(folder: string, entry: Dirent): string {
  return `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`;
}

async function entriesOf(root: string, folder: string): Promise<Dirent[]> {
  try {
    return await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return [];
    // Nothing lies below an object; but a lake that is no directory is a mistake to report.
    if (code === "ENOTDIR" && (await stat(root)).isDirectory()) return [];
    throw error;
  }
}

async function statOf(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
