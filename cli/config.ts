/** The configuration that commands work under. */
import { defaultConfig, parseConfig, type MarketlakeConfig } from "../core/config/index.ts";
import { findConfigFile } from "../local/config-file.ts";

/**
 * @param named the value of --config
 * @throws ConfigError that lists every problem.
 */
export function loadConfig(named: string | undefined): MarketlakeConfig {
  const file = findConfigFile(named, process.cwd());
  return file === null ? defaultConfig : parseConfig(file.text, file.path);
}
