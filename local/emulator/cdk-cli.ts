/** The CDK's own command line against an emulator: what is deployed there is deployed exactly as on AWS. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { TerminalError } from "../../core/errors.ts";
import { emulatorIdentity, emulatorRegion } from "./endpoint.ts";

const cdk = fileURLToPath(new URL("../../node_modules/aws-cdk/bin/cdk", import.meta.url));
const repository = fileURLToPath(new URL("../../", import.meta.url));
/** Lines of output that an error quotes. */
const quotedLines = 20;

/** @throws TerminalError with the end of the output where the command fails. */
export async function runCdk(endpoint: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [cdk, ...args], {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: emulatorIdentity.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulatorIdentity.secretAccessKey,
      AWS_REGION: emulatorRegion,
      AWS_DEFAULT_REGION: emulatorRegion,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return;
  const end = output.trimEnd().split("\n").slice(-quotedLines).join("\n");
  throw new TerminalError(`"cdk ${args[0]}" against ${endpoint} ended with code ${code}:\n${end}`);
}
