import { readFileSync } from "node:fs";
import { App, Tags, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import type { StageConfig } from "../core/config/index.ts";
import { CatalogStack } from "./stacks/catalog.ts";
import { PipelineStack } from "./stacks/pipeline.ts";
import { StorageStack } from "./stacks/storage.ts";

export interface AppOptions {
  /** Where the templates go; a temporary directory by default. */
  readonly outdir?: string;
  /** False leaves the functions' code out: seconds faster, for whoever reads templates only. */
  readonly bundle?: boolean;
  /** False skips cdk-nag and CloudFormation's rules, which take most of the time of a synthesis. */
  readonly validate?: boolean;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** The feature flags of cdk.json, which only the CDK's own command line reads by itself. */
const { context: featureFlags } = JSON.parse(
  readFileSync(new URL("../cdk.json", import.meta.url), "utf8"),
) as { context: Record<string, unknown> };

/**
 * The whole deployment of a stage. `synth()` of the result throws if a template breaks a rule of cdk-nag's
 * AwsSolutions pack or of CloudFormation that is not acknowledged with a reason.
 */
export function buildApp(config: StageConfig, options: AppOptions = {}): App {
  const app = new App({
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
    analyticsReporting: false,
    builtinCloudFormationValidation: options.validate !== false,
    context: {
      ...featureFlags,
      ...(options.bundle === false ? { "aws:cdk:bundling-stacks": [] } : {}),
      ...options.context,
    },
  });
  const name = (part: string) => `marketlake-${config.stage}-${part}`;

  const storage = new StorageStack(app, name("storage"), config, {
    description: "marketlake: the lake's buckets",
  });
  new CatalogStack(app, name("catalog"), config, {
    storage,
    description: "marketlake: tables, views, queries",
  });
  new PipelineStack(app, name("pipeline"), config, {
    storage,
    description: "marketlake: stages and schedules",
  });

  Tags.of(app).add("project", "marketlake");
  Tags.of(app).add("stage", config.stage);
  if (options.validate !== false) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
