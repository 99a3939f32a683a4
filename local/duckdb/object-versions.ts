import { type BigIntStats, linkSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Table } from "../../core/tables/index.ts";
import { makeDirectory } from "../files/make-directory.ts";

/**
 * Says whether objects that may be rewritten have changed: two equal answers mean that all of them stayed as they were.
 * Raw objects are created once and never change.
 */
export function versionsOf(lakeDirectory: string, tables: readonly Table[]): string {
  const versions: string[] = [];
  for (const { prefix } of tables.filter(({ zone }) => zone !== "raw")) {
    for (const path of pathsBelow(join(lakeDirectory, prefix))) {
      const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
      versions.push(`${path} ${stats === undefined ? "gone" : versionOf(stats)}`);
    }
  }
  return versions.join("\n");
}

/** Links the objects of `tables` into `target`, where nobody replaces them. The bytes are not copied. */
export function linkObjects(lakeDirectory: string, tables: readonly Table[], target: string): void {
  makeDirectory(target);
  for (const { prefix } of tables) {
    for (const path of pathsBelow(join(lakeDirectory, prefix))) {
      if (path.endsWith(".parquet")) linkInto(target, lakeDirectory, path);
    }
  }
}

function linkInto(target: string, lakeDirectory: string, path: string): void {
  const link = join(target, path.slice(lakeDirectory.length));
  makeDirectory(dirname(link));
  try {
    linkSync(path, link);
  } catch (error) {
    // Deleted since it was listed: then it is not part of the snapshot.
    if ((error as { code?: unknown }).code !== "ENOENT") throw error;
  }
}

function pathsBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: "utf8" }).map((path) => join(directory, path));
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return [];
    throw error;
  }
}

function versionOf({ ino, mtimeNs, size }: BigIntStats): string {
  return `${ino} ${mtimeNs} ${size}`;
}
