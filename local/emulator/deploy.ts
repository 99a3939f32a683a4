/** Deploys a stage to an emulator of AWS, and takes it away again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import type { StageConfig } from "../../core/config/index.ts";
import { allowBatchesByName } from "./batch-permission.ts";
import { runCdk } from "./cdk-cli.ts";
import { type EmulatorClients, emulatorClients } from "./clients.ts";
import { emptyBucket } from "./empty-bucket.ts";
import { emulatorAccount, emulatorRegion } from "./endpoint.ts";
import { type MissingResource, removeMissingTypes, requireEmulator } from "./missing-types.ts";
import { createThroughServices, type LeftOut, removeThroughServices } from "./service-resources.ts";
import { type DeployedResource, deployedResources } from "./stacks.ts";

export interface Deployment {
  readonly stackNames: readonly string[];
  readonly resources: readonly DeployedResource[];
  /** Made through the APIs of their services. */
  readonly throughServices: readonly MissingResource[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Bootstraps the emulator and deploys all stacks. Types that its CloudFormation lacks are made through their services.
 * @throws TerminalError where no emulator answers or a stack fails.
 */
export async function deploy(
  endpoint: string,
  config: StageConfig,
  report: (line: string) => void = () => {},
): Promise<Deployment> {
  return withApp(endpoint, config, { bundle: true }, async ({ app, clients, missing, outdir }) => {
    report("bundling and synthesizing");
    const stackNames = app.synth().stacks.map(({ stackName }) => stackName);
    report(`bootstrapping ${endpoint}`);
    await runCdk(endpoint, ["bootstrap", `aws://${emulatorAccount}/${emulatorRegion}`, "--app", outdir]);
    report(`deploying ${stackNames.join(", ")}`);
    await runCdk(endpoint, ["deploy", "--app", outdir, "--all", "--require-approval", "never"]);
    const resources = await deployedResources(clients.cloudFormation, stackNames);
    const leftOut = await createThroughServices(clients, missing, physicalIds(resources));
    const failed = new Set(leftOut.map(({ resource }) => resource));
    const throughServices = missing.filter((resource) => !failed.has(resource));
    return { stackNames, resources, throughServices, leftOut };
  });
}

/** Removes the stacks of a stage with all their data. Stacks that are not there are passed over. */
export async function destroy(
  endpoint: string,
  config: StageConfig,
  report: (line: string) => void = () => {},
): Promise<void> {
  await withApp(endpoint, config, { bundle: false }, async ({ app, clients, missing, outdir }) => {
    const stackNames = app.synth().stacks.map(({ stackName }) => stackName);
    const resources = await deployedResources(clients.cloudFormation, stackNames);
    await removeThroughServices(clients, missing, physicalIds(resources));
    for (const { type, physicalId } of resources) {
      if (type !== "AWS::S3::Bucket") continue;
      report(`emptying ${physicalId}`);
      await emptyBucket(clients.s3, physicalId);
    }
    report(`destroying ${stackNames.join(", ")}`);
    await runCdk(endpoint, ["destroy", "--app", outdir, "--all", "--force"]);
  });
}

interface Prepared {
  readonly app: App;
  readonly clients: EmulatorClients;
  readonly missing: readonly MissingResource[];
  readonly outdir: string;
}

async function withApp<T>(
  endpoint: string,
  config: StageConfig,
  { bundle }: { readonly bundle: boolean },
  use: (prepared: Prepared) => Promise<T>,
): Promise<T> {
  const clients = emulatorClients(endpoint);
  await requireEmulator(clients.cloudFormation);
  // Loaded here, because importing the CDK takes about a second, which an endpoint that does not answer need not spend.
  const { buildApp } = await import("../../lib/app.ts");
  const outdir = mkdtempSync(join(tmpdir(), "marketlake-emulator-"));
  try {
    const context = { deleteData: "true" };
    const app = buildApp(disposable(config), { outdir, bundle, validate: false, context });
    allowBatchesByName(app);
    const missing = await removeMissingTypes(app, clients.cloudFormation);
    return await use({ app, clients, missing, outdir });
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** An emulator's data is nobody's: it goes with its stacks. */
function disposable(config: StageConfig): StageConfig {
  return { ...config, storage: { ...config.storage, removal: "destroy", terminationProtection: false } };
}

const physicalIds = (resources: readonly DeployedResource[]) =>
  new Map(resources.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
