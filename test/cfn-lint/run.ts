/** `npm run test:cfn-lint`: cfn-lint over the synthesized templates of every stage; any finding fails. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "../../lib/app.ts";
import { stageConfig } from "../../core/config/index.ts";
import { pythonEnvironment } from "../helpers/python-environment.ts";

const packages = ["cfn-lint==1.58.0"];
const regions = ["us-east-1", "eu-central-1"];
/**
 * W3005 warns of a DependsOn that a reference implies already. CDK makes every function depend on its role and on the
 * role's policy; the second is needed and no reference implies it.
 */
const ignoredChecks = ["W3005"];

const python = pythonEnvironment("cfn-lint", packages);
if ("missing" in python) console.log(`skipped cfn-lint: ${python.missing}`);
else process.exitCode = lint(join(python.bin, "cfn-lint"));

function lint(command: string): number {
  const directory = mkdtempSync(join(tmpdir(), "marketlake-cfn-lint-"));
  try {
    const templates = ["dev", "prod"].flatMap((stage) => synthesize(stage, join(directory, stage)));
    const args = ["--regions", ...regions, "--ignore-checks", ...ignoredChecks, "--template", ...templates];
    const { status } = spawnSync(command, args, { stdio: "inherit" });
    if (status === 0) console.log(`cfn-lint has no finding in ${templates.length} templates`);
    return status ?? 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Without bundles, which no template contains. */
function synthesize(stage: string, outdir: string): string[] {
  buildApp(stageConfig(stage), { outdir, bundle: false, validate: false }).synth();
  return readdirSync(outdir)
    .filter((file) => file.endsWith(".template.json"))
    .map((file) => join(outdir, file));
}
