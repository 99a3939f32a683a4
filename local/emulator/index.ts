/** `npm run deploy:local` and `npm run destroy:local`: the stacks of a stage on an emulator of AWS. */
import { parseArgs } from "node:util";
import { stageConfig } from "../../core/config/index.ts";
import { describeError, TerminalError } from "../../core/errors.ts";
import { loadConfigFile } from "../config-file.ts";
import { deploy, type Deployment, destroy } from "./deploy.ts";
import { emulatorEndpoint } from "./endpoint.ts";

const usage =
  "usage: npm run deploy:local -- [--stage dev] [--config FILE] [--yes-really]; likewise destroy:local";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stage: { type: "string", default: "dev" },
      config: { type: "string" },
      "yes-really": { type: "boolean", default: false },
    },
  });
  const endpoint = emulatorEndpoint(process.env, values["yes-really"]);
  const config = stageConfig(values.stage, loadConfigFile(values.config, process.cwd()));
  const [command] = positionals;
  if (command === "deploy") printDeployment(await deploy(endpoint, config, print));
  else if (command === "destroy") await destroy(endpoint, config, print);
  else throw new TerminalError(usage);
}

function printDeployment({ stackNames, resources, throughServices, leftOut }: Deployment): void {
  print(`\ndeployed ${stackNames.length} stacks with ${resources.length} resources:`);
  for (const { identity, physicalId } of resources) {
    if (identity === null || identity.kind === "schedule") continue;
    const name = "name" in identity ? identity.name : identity.id;
    print(`  ${identity.kind.padEnd(8)} ${name.padEnd(16)} ${physicalId}`);
  }
  if (throughServices.length > 0) {
    const types = new Set(throughServices.map(({ type }) => type));
    print(`made through their services, for CloudFormation lacks the type: ${[...types].join(", ")}`);
  }
  for (const { resource, reason } of leftOut) {
    print(`left out: ${resource.type} ${resource.logicalId}: ${reason}`);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
