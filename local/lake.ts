/** A lake on this machine: a directory, its settings, and where its queues are. */
import { join } from "node:path";
import { ConfigError, TerminalError } from "../core/errors.ts";
import { parseSettings, type LakeSettings } from "../core/settings.ts";
import { FileObjectStore } from "./files/file-object-store.ts";

/** Written once, when the lake is made: a symbol's shard follows from the settings, so they must not change. */
const settingsKey = "curated/_state/lake.json";

export interface Lake {
  readonly directory: string;
  readonly settings: LakeSettings;
}

export function queueDatabasePath(directory: string): string {
  return join(directory, ".state", "queues.sqlite");
}

/** Where things are kept that can be made again, such as the wiring. */
export function cacheDirectory(directory: string): string {
  return join(directory, ".state", "cache");
}

/** Opens the lake in a directory, or makes one with `settings`. An existing lake keeps the settings it has. */
export async function openOrCreateLake(directory: string, settings: LakeSettings): Promise<Lake> {
  const store = new FileObjectStore(directory);
  await store.put(settingsKey, Buffer.from(JSON.stringify(settings, null, 2)), { absent: true });
  return openLake(directory);
}

/** The lake under other settings, but for those that its objects depend on: shards, and the order of trust. */
export function changeSettings(lake: Lake, settings: LakeSettings): Lake {
  const { shardCounts, providerPriority } = lake.settings;
  return { ...lake, settings: { ...settings, shardCounts, providerPriority } };
}

/** @throws TerminalError where the directory holds no lake; ConfigError where its settings are damaged. */
export async function openLake(directory: string): Promise<Lake> {
  const store = new FileObjectStore(directory);
  const stored = await store.get(settingsKey);
  if (stored === null) {
    throw new TerminalError(
      `there is no lake in "${store.root}"; make one with "npm run demo", or with the commands load or extract, or name another directory with --lake`,
    );
  }
  try {
    return { directory: store.root, settings: parseSettings(Buffer.from(stored.bytes).toString()) };
  } catch (error) {
    throw new ConfigError(
      `settings of the lake in "${store.root}" (${settingsKey}) cannot be read; restore that file`,
      {
        cause: error,
      },
    );
  }
}
