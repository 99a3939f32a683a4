/** A stage as it is deployed: everything that the CDK app wants to know of it. */
import type { WatchedSeries } from "../health/index.ts";
import type { ProviderSettings } from "../providers/settings.ts";
import type { LakeSettings } from "../settings.ts";
import type { DeploymentConfig } from "./deployment.ts";
import { lakeSettingsOf, providerSettingsOf, watchedSeriesOf } from "./derive.ts";
import { configOf, defaultConfigFile, type ConfigFile } from "./read.ts";
import { schedulesOf, type ScheduleConfig } from "./schedules.ts";

export interface StageConfig extends Omit<DeploymentConfig, "schedulesEnabled"> {
  /** Stands in stack names, in the Glue database and in the Athena workgroup. */
  readonly stage: string;
  /** What all functions are told. */
  readonly lake: LakeSettings;
  /** What the function that asks providers is told of them. */
  readonly providers: ProviderSettings;
  readonly schedules: readonly ScheduleConfig[];
  /** What the health check looks at. */
  readonly watched: readonly WatchedSeries[];
}

/** @throws ConfigError for a stage that there is not. */
export function stageConfig(stage: string, file: ConfigFile = defaultConfigFile): StageConfig {
  const config = configOf(file, stage);
  const { schedulesEnabled, ...deployment } = config.deployment;
  const watched = watchedSeriesOf(config);
  return {
    stage,
    lake: lakeSettingsOf(config),
    providers: providerSettingsOf(config),
    schedules: schedulesOf(config),
    watched,
    ...deployment,
    // What nobody keeps current cannot fall behind.
    healthCheckMinutes: schedulesEnabled && watched.length > 0 ? deployment.healthCheckMinutes : null,
  };
}
