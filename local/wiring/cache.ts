/**
 * Synthesizing takes seconds, so the wiring is kept under a key of everything it depends on. The cache only saves time:
 * a cache that cannot be read or written is passed over, for an unwritable lake is reported where data is written.
 */
import { createHash } from "node:crypto";
import { globSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StageConfig } from "../../core/config/index.ts";
import { makeDirectory } from "../files/make-directory.ts";
import { type Wiring, wiringSchema } from "./schema.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** What decides how the app is synthesized and how its templates are read. */
const sources = [
  "cdk.json",
  "package-lock.json",
  "core/{errors,market,settings}.ts",
  "core/{lake,messages,tables}/**/*.ts",
  "lambdas/**/env.ts",
  "lib/**/*.ts",
  "local/policy/statement.ts",
  "local/wiring/**/*.ts",
];

/** Settings travel in bundles, of which wiring has none: symbols and addresses change nothing in it. */
export function wiringKey({ providers: _providers, watched: _watched, ...wired }: StageConfig): string {
  const hash = createHash("sha256").update(JSON.stringify(wired));
  for (const path of globSync(sources, { cwd: repository }).sort()) {
    hash.update(`\0${path}\0`).update(readFileSync(join(repository, path)));
  }
  return hash.digest("hex").slice(0, 32);
}

export function readCachedWiring(directory: string, key: string): Wiring | null {
  try {
    return wiringSchema.parse(JSON.parse(readFileSync(cachePath(directory, key), "utf8")));
  } catch {
    return null;
  }
}

export function writeCachedWiring(directory: string, key: string, wiring: Wiring): void {
  const path = cachePath(directory, key);
  const temporary = `${path}.${process.pid}`;
  try {
    makeDirectory(directory);
    writeFileSync(temporary, JSON.stringify(wiring));
    renameSync(temporary, path);
  } catch {
    // See above: the next start synthesizes again.
  }
}

const cachePath = (directory: string, key: string) => join(directory, `wiring-${key}.json`);
