/** The stages that ship. A deployment of one's own is one more entry here. */
import { ConfigError } from "../core/errors.ts";
import { defaultLakeSettings } from "../core/settings.ts";
import { parseStageConfig, type StageConfig } from "./config.ts";
import { marketSchedules } from "./schedules.ts";

const functions: StageConfig["functions"] = {
  extract: {
    memoryMb: 1_024,
    timeoutMs: 300_000,
    batchSize: 1, // A request is a run of its own.
    batchWindowMs: 0,
    maxConcurrency: 2, // More would only wait for each other in the lanes of the providers.
    maxReceiveCount: 5,
  },
  transform: {
    memoryMb: 1_769, // The least that buys a whole vCPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
    timeoutMs: 120_000,
    batchSize: 100,
    batchWindowMs: 5_000,
    maxConcurrency: 8,
    maxReceiveCount: 5,
  },
  indicators: {
    memoryMb: 1_769,
    timeoutMs: 120_000,
    batchSize: 100,
    batchWindowMs: 5_000,
    maxConcurrency: 8,
    maxReceiveCount: 5,
  },
};

/** Works without any key: its bars come from the synthetic provider. */
const dev: StageConfig = {
  stage: "dev",
  lake: defaultLakeSettings,
  storage: {
    removal: "retain",
    terminationProtection: false,
    rawColdAfterDays: 30,
    queryResultDays: 7,
    accessLogDays: 30,
  },
  logs: { retentionDays: 14, level: "INFO" },
  functions,
  athena: { scanLimitBytes: 10_000_000_000 },
  schedules: marketSchedules("synthetic", true),
};

/** Schedules are off until a real provider is configured: generated prices must never mix with real ones. */
const prod: StageConfig = {
  stage: "prod",
  lake: defaultLakeSettings,
  storage: {
    removal: "retain",
    terminationProtection: true,
    rawColdAfterDays: 90,
    queryResultDays: 30,
    accessLogDays: 365,
  },
  logs: { retentionDays: 90, level: "INFO" },
  functions,
  athena: { scanLimitBytes: 100_000_000_000 },
  schedules: marketSchedules("synthetic", false),
};

const stages: Readonly<Record<string, StageConfig>> = { dev, prod };

/** @throws ConfigError for a stage that lib/stages.ts does not have, or that does not fit the schema. */
export function stageConfig(stage: string): StageConfig {
  const config = stages[stage];
  if (config === undefined) {
    throw new ConfigError(
      `stage "${stage}" is not configured; use one of ${Object.keys(stages).join(", ")}, or add it to lib/stages.ts`,
    );
  }
  return parseStageConfig(config);
}
