/** The configuration file: one configuration, and what its stages do otherwise. */
import { ConfigError } from "../errors.ts";
import { difference, isJsonObject, type JsonObject } from "./overrides.ts";
import { nearest } from "../nearest.ts";
import { explain, problemLines, shown, type ConfigProblem } from "./problems.ts";
import { readStages } from "./read-stages.ts";
import { marketlakeConfigSchema, type MarketlakeConfig } from "./schema.ts";
import { embeddedStage } from "./stages.ts";

/** A file that was read: complete configurations, defaults included. */
export interface ConfigFile {
  /** What holds wherever a stage says nothing else. */
  readonly base: MarketlakeConfig;
  /** By name, those that are built in included. */
  readonly stages: ReadonlyMap<string, MarketlakeConfig>;
  /** The stages that the file speaks of. */
  readonly named: readonly string[];
}

export type ReadConfigFile =
  | { readonly config: ConfigFile; readonly problems: readonly [] }
  | { readonly config: null; readonly problems: readonly ConfigProblem[] };

/** Reads the text of a configuration file; all problems are found at once. */
export function readConfigFile(json: string): ReadConfigFile {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { config: null, problems: [{ path: "", message: `is not JSON: ${(error as Error).message}` }] };
  }
  const { stages = {}, ...base } = isJsonObject(value) ? value : {};
  const read = marketlakeConfigSchema.safeParse(isJsonObject(value) ? base : value);
  const ofBase = read.success ? [] : explain(read.error, value, ["stages"]);
  const { configs, problems } = readStages(base, stages, ofBase);
  const all = [...ofBase, ...problems];
  if (!read.success || all.length > 0) return { config: null, problems: all.map(shown) };
  return {
    config: { base: read.data, stages: configs, named: Object.keys(stages as JsonObject) },
    problems: [],
  };
}

/**
 * As `readConfigFile`, for those who cannot go on without.
 * @param name of the file, for the error
 * @throws ConfigError that lists every problem.
 */
export function parseConfigFile(json: string, name: string): ConfigFile {
  const { config, problems } = readConfigFile(json);
  if (config !== null) return config;
  throw new ConfigError(`configuration "${name}" cannot be used; correct it:\n${problemLines(problems)}`);
}

/** What holds without a file. */
export const defaultConfigFile: ConfigFile = parseConfigFile("{}", "default");

/**
 * The configuration of a stage.
 * @throws ConfigError for a stage that there is not.
 */
export function configOf({ stages }: ConfigFile, stage: string = embeddedStage): MarketlakeConfig {
  const config = stages.get(stage);
  if (config !== undefined) return config;
  throw new ConfigError(
    `stage "${stage}" is not configured; ${nearest(stage, [...stages.keys()])} (a stage of your own is an entry of "stages" in the configuration, if only {})`,
  );
}

/** What the embedded runtime works under without a file. */
export const defaultConfig: MarketlakeConfig = configOf(defaultConfigFile);

/** As `parseConfigFile`, of the stage of the embedded runtime. */
export const parseConfig = (json: string, name: string): MarketlakeConfig =>
  configOf(parseConfigFile(json, name));

/** The whole file, defaults included, as JSON: what it says of a stage is what that does otherwise. */
export function completeFile({ base, stages }: ConfigFile): JsonObject {
  const overrides = [...stages].map(([name, config]) => [name, difference(config, base)]);
  return { ...base, stages: Object.fromEntries(overrides) as JsonObject };
}
