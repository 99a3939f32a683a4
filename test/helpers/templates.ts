/** The synthesized templates of a stage, for tests that state what every resource of a kind must be. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { buildApp } from "../../lib/app.ts";
import type { StageConfig } from "../../core/config/index.ts";
import { identityKey } from "../../lib/identity.ts";
import type { Template } from "../../local/wiring/templates.ts";

export type StackName = "storage" | "catalog" | "pipeline";
export type StackTemplates = Readonly<Record<StackName, Template>>;

type Resources = NonNullable<Template["Resources"]>;
export interface NamedResource {
  readonly logicalId: string;
  /** Embedded name of a queue or bucket, id of a function; null where the resource has none. */
  readonly name: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly resource: Resources[string];
}

/** Calls `use` with a directory for synthesized output that is removed afterwards. */
export function withOutput<T>(use: (outdir: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "marketlake-test-"));
  try {
    return use(outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Without bundling and validation, which other tests cover. */
export function synthesize(config: StageConfig, context: Record<string, unknown> = {}): StackTemplates {
  return withOutput((outdir) => {
    return templatesOf(buildApp(config, { bundle: false, validate: false, context, outdir }), config.stage);
  });
}

/** Synthesizes an app and reads what it wrote. */
export function templatesOf(app: App, stage: string): StackTemplates {
  const assembly = app.synth();
  const template = (name: StackName) =>
    assembly.getStackByName(`marketlake-${stage}-${name}`).template as Template;
  return { storage: template("storage"), catalog: template("catalog"), pipeline: template("pipeline") };
}

/** All resources of a type in all stacks. */
export function resourcesOf(templates: StackTemplates, type: string): NamedResource[] {
  return Object.values(templates).flatMap((template: Template) =>
    Object.entries(template.Resources ?? {})
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, resource]) => ({
        logicalId,
        name: nameOf(resource),
        properties: resource.Properties ?? {},
        resource,
      })),
  );
}

function nameOf({ Metadata }: Resources[string]): string | null {
  const identity = Metadata?.[identityKey] as { name?: string; id?: string } | undefined;
  return identity?.name ?? identity?.id ?? null;
}
