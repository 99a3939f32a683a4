/** Entry of the CDK's command line: `cdk synth --context stage=prod --context config=FILE`. */
import { App } from "aws-cdk-lib";
import { stageConfig } from "../core/config/index.ts";
import { ConfigError } from "../core/errors.ts";
import { buildApp } from "../lib/app.ts";
import { loadConfigFile } from "../local/config-file.ts";

const { node } = new App({ autoSynth: false });
const context = (name: string): string | undefined => {
  const value: unknown = node.tryGetContext(name);
  return typeof value === "string" ? value : undefined;
};

try {
  const file = loadConfigFile(context("config"), process.cwd());
  buildApp(stageConfig(context("stage") ?? "dev", file)).synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
