/** The configuration that commands work under. */
import {
  defaultConfig,
  lakeSettingsOf,
  parseConfig,
  vendorSettingsOf,
  type MarketlakeConfig,
} from "../core/config/index.ts";
import { vendorIds } from "../core/providers/registry.ts";
import { findConfigFile } from "../local/config-file.ts";
import type { RuntimeOptions } from "../local/runtime.ts";

/**
 * @param named the value of --config
 * @throws ConfigError that lists every problem.
 */
export function loadConfig(named: string | undefined): MarketlakeConfig {
  const file = findConfigFile(named, process.cwd());
  return file === null ? defaultConfig : parseConfig(file.text, file.path);
}

/** How a lake is opened under the configuration; what `access` says of vendors goes before. */
export function runtimeOptionsOf(
  named: string | undefined,
  access: Omit<RuntimeOptions, "logLevel">,
): RuntimeOptions {
  const config = loadConfig(named);
  const configured = vendorSettingsOf(config);
  const vendors = Object.fromEntries(
    vendorIds.map((id) => [id, { ...configured[id], ...access.vendors?.[id] }]),
  ) as typeof configured;
  return { settings: lakeSettingsOf(config), ...access, vendors };
}
