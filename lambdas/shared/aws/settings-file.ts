/**
 * Settings of a function: a file beside its code, for a universe of symbols is larger than an environment may be (4 KB). The
 * bundle holds it, so that code and settings change together or not at all.
 */
import { readFileSync } from "node:fs";
import { ConfigError } from "../../../core/errors.ts";
import * as z from "../../../core/zod.ts";
import { settingsFileName } from "../env.ts";

/**
 * Reads the settings once, when a function starts.
 * @param moduleUrl of the code that the file is beside
 * @throws ConfigError where the file is not there or does not fit its schema; the message lists every problem.
 */
export function readSettings<T>(schema: z.ZodMiniType<T>, moduleUrl: string): T {
  const url = new URL(settingsFileName, moduleUrl);
  const result = schema.safeParse(readJson(url));
  if (result.success) return result.data;
  throw new ConfigError(
    `settings "${url.pathname}" do not fit their schema; deploy again, so that they are of the release that reads them:\n${z.prettifyError(result.error)}`,
  );
}

function readJson(url: URL): unknown {
  try {
    return JSON.parse(readFileSync(url, "utf8"));
  } catch (cause) {
    throw new ConfigError(
      `settings "${url.pathname}" cannot be read; the CDK puts them into the bundle, so deploy with it`,
      { cause },
    );
  }
}
