/**
 * One wiring (design §2.11): the embedded runtime asks the CDK app which function reads which queue, with which limits,
 * environment and schedule. Nothing is wired a second time.
 */
import type { StageConfig } from "../core/config/index.ts";
import { readCachedWiring, wiringKey, writeCachedWiring } from "./wiring/cache.ts";
import { feedsQueue, type QueueSchedule, type Wiring } from "./wiring/schema.ts";
import { synthesizeApart } from "./wiring/synthesize-apart.ts";

export { feedsQueue, type QueueSchedule, type Wiring };

export interface ReadWiringOptions {
  readonly config: StageConfig;
  /** Directory that keeps the result for the next start. Without it, the app is synthesized every time. */
  readonly cacheDirectory?: string;
}

/**
 * The wiring of a stage, with buckets and queues under their embedded names.
 * @throws TerminalError where the deployment holds something that cannot run embedded.
 */
export async function readWiring({ config, cacheDirectory }: ReadWiringOptions): Promise<Wiring> {
  if (cacheDirectory === undefined) return synthesizeApart(config);
  const key = wiringKey(config);
  const cached = readCachedWiring(cacheDirectory, key);
  if (cached !== null) return cached;
  const wiring = await synthesizeApart(config);
  writeCachedWiring(cacheDirectory, key, wiring);
  return wiring;
}
