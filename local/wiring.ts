/**
 * One wiring (design §2.11): the embedded runtime asks the CDK app which function reads which queue, with which limits,
 * environment and schedule. Nothing is wired a second time.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StageConfig } from "../lib/config.ts";
import { readCachedWiring, wiringKey, writeCachedWiring } from "./wiring/cache.ts";
import { wiringOf } from "./wiring/read-templates.ts";
import type { Wiring } from "./wiring/schema.ts";

export type { Wiring };

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
  if (cacheDirectory === undefined) return synthesizeWiring(config);
  const key = wiringKey(config);
  const cached = readCachedWiring(cacheDirectory, key);
  if (cached !== null) return cached;
  const wiring = await synthesizeWiring(config);
  writeCachedWiring(cacheDirectory, key, wiring);
  return wiring;
}

async function synthesizeWiring(config: StageConfig): Promise<Wiring> {
  // Loaded here, because importing the CDK takes about a second, which a start from the cache need not spend.
  const { buildApp } = await import("../lib/app.ts");
  const outdir = mkdtempSync(join(tmpdir(), "marketlake-synth-"));
  try {
    const assembly = buildApp(config, { bundle: false, validate: false, outdir }).synth();
    return wiringOf(assembly.stacks.map(({ template }) => template));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
