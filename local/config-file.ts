/** The configuration file: found beside the work, or named. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defaultConfigFile, parseConfigFile, type ConfigFile } from "../core/config/index.ts";
import { ConfigError } from "../core/errors.ts";

export const configFileName = "marketlake.config.json";

export interface ConfigText {
  readonly path: string;
  readonly text: string;
}

/**
 * The file that is named, else `marketlake.config.json` of the working directory, else null: all defaults.
 * @throws ConfigError where the named file is not there, or one cannot be read.
 */
export function findConfigText(named: string | undefined, directory: string): ConfigText | null {
  const path = resolve(directory, named ?? configFileName);
  try {
    return { path, text: readFileSync(path, "utf8") };
  } catch (error) {
    const isAbsent = (error as { code?: unknown }).code === "ENOENT";
    if (isAbsent && named === undefined) return null;
    const advice = isAbsent
      ? "is not there; check what --config or MARKETLAKE_CONFIG names"
      : "cannot be read; check its permissions";
    throw new ConfigError(`configuration "${path}" ${advice}`, { cause: error });
  }
}

/**
 * The configuration that such a file holds; where none is named, `MARKETLAKE_CONFIG` may name it.
 * @throws ConfigError that lists every problem.
 */
export function loadConfigFile(named: string | undefined, directory: string): ConfigFile {
  const found = findConfigText(named ?? process.env["MARKETLAKE_CONFIG"], directory);
  return found === null ? defaultConfigFile : parseConfigFile(found.text, found.path);
}
