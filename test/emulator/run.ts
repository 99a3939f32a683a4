/**
 * `npm run test:emulator`: deploys to an emulator of AWS runs the end-to-end suite on what is deployed, and
 * takes it away. Uses the emulator that AWS_ENDPOINT_URL names, or starts MiniStack. Arguments go to vitest.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../helpers/python-environment.ts";
import { ministackPackages, startMinistack, type RunningEmulator } from "./ministack.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const startedMs = Date.now();

const emulator = await findEmulator();
if (emulator !== null) {
  try {
    process.exitCode = await testOn(emulator);
  } finally {
    await emulator.stop();
  }
  console.log(`the emulator suite took ${((Date.now() - startedMs) / 1_000).toFixed(1)} s`);
}

async function findEmulator(): Promise<RunningEmulator | null> {
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  if (endpoint !== undefined) return { environment: { AWS_ENDPOINT_URL: endpoint }, stop: async () => {} };
  const python = pythonEnvironment("ministack", ministackPackages);
  if ("bin" in python) return startMinistack(python.bin);
  console.log(`skipped the emulator suite: ${python.missing}`);
  return null;
}

async function testOn({ environment }: RunningEmulator): Promise<number> {
  const vitest = join(repository, "node_modules/vitest/vitest.mjs");
  const config = "test/emulator/vitest.config.ts";
  const deployed = await runNode(["local/emulator/index.ts", "deploy"], environment);
  if (deployed !== 0) return deployed;
  const tested = await runNode([vitest, "run", "--config", config, ...process.argv.slice(2)], environment);
  const destroyed = await runNode(["local/emulator/index.ts", "destroy"], environment);
  return tested === 0 ? destroyed : tested;
}

/** In a process of its own, because Node reads trusted certificates when it starts. */
function runNode(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
    cwd: repository,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
