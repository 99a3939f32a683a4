/** The configuration that commands work under. */
import { configOf, embeddedStage, stageConfig, type MarketlakeConfig } from "../core/config/index.ts";
import { vendorIds } from "../core/providers/registry.ts";
import { loadConfigFile } from "../local/config-file.ts";
import type { RuntimeOptions } from "../local/runtime.ts";

/**
 * @param named the value of --config
 * @throws ConfigError that lists every problem.
 */
export function loadConfig(named: string | undefined, stage: string = embeddedStage): MarketlakeConfig {
  return configOf(loadConfigFile(named, process.cwd()), stage);
}

/** How a lake is opened under the configuration; what `access` says of vendors goes before. */
export function runtimeOptionsOf(
  named: string | undefined,
  access: Omit<RuntimeOptions, "logLevel">,
): RuntimeOptions {
  const stage = stageConfig(embeddedStage, loadConfigFile(named, process.cwd()));
  const { universe, vendors: configured } = stage.providers;
  const vendors = Object.fromEntries(
    vendorIds.map((id) => [id, { ...configured[id], ...access.vendors?.[id] }]),
  ) as typeof configured;
  return { stage, universe, ...access, vendors };
}
