/** From the CDK app to wiring, in this process. Loads the CDK: a second of time and 200 MB of heap that never go away. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "../../lib/app.ts";
import type { StageConfig } from "../../core/config/index.ts";
import { wiringOf } from "./read-templates.ts";
import type { Wiring } from "./schema.ts";

/** @throws TerminalError where the deployment holds something that cannot run embedded. */
export function synthesizeWiring(config: StageConfig): Wiring {
  const outdir = mkdtempSync(join(tmpdir(), "marketlake-synth-"));
  try {
    const assembly = buildApp(config, { bundle: false, validate: false, outdir }).synth();
    return wiringOf(assembly.stacks.map(({ template }) => template));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
