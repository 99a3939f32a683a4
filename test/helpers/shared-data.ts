/** Real bars kept beside the checkout, never in it. Suites that need them are skipped where they are absent. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

export const sharedDataDirectory = fileURLToPath(new URL("../../../shared/data", import.meta.url));
export const hasSharedData = existsSync(sharedDataDirectory);

/** The text of a file of the data directory, unpacked where its name ends in `.gz`. */
export function readSharedText(path: string): string {
  const bytes = readFileSync(`${sharedDataDirectory}/${path}`);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}
