import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleFunction, functionNames } from "../helpers/bundle.ts";
import { functionEnvironment } from "../helpers/function-environment.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const run = promisify(execFile);
/** docs/adr/0004-bundles.md */
const maxBundleBytes = 700_000;
const importTimeoutMs = 20_000;

/** What a fresh Node process prints that has nothing but the bundle and its environment. */
async function importInFreshProcess(file: string, environment: Record<string, string>): Promise<string> {
  const script = `console.log(typeof (await import(${JSON.stringify(file)})).handler)`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder.path,
    env: { AWS_REGION: "us-east-1", ...environment },
    timeout: importTimeoutMs,
  });
  return stdout.trim();
}

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  folder = await temporaryDirectory();
});
afterAll(() => folder.remove());

describe("the bundles", () => {
  test("are of the three functions", () => {
    expect(functionNames()).toEqual(["extract", "indicators", "transform"]);
  });

  test.each(functionNames())("%s is below 700 kB and starts alone in a fresh process", async (name) => {
    const { file, sizeBytes } = await bundleFunction(name, folder.path);
    expect(sizeBytes).toBeLessThan(maxBundleBytes);
    expect(await importInFreshProcess(file, functionEnvironment())).toBe("function");
  });

  test("refuse to start without their environment and list what is missing", async () => {
    const { file } = await bundleFunction("transform", folder.path);
    const failure = await importInFreshProcess(file, {}).catch((error: unknown) => String(error));
    for (const part of ["ConfigError", "RAW_BUCKET", "LAKE_SETTINGS", "DEAD_LETTER_QUEUE_URL"]) {
      expect(failure).toContain(part);
    }
  });
});
