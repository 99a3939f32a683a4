import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseConfigFile, stageConfig } from "../../core/config/index.ts";
import type { ExtractSettings } from "../../lambdas/extract/settings.ts";
import { settingsFileName } from "../../lambdas/shared/env.ts";
import { buildApp } from "../../lib/app.ts";
import { bundleFunction, functionNames, settingsOf } from "../helpers/bundle.ts";
import { functionEnvironment } from "../helpers/function-environment.ts";
import { resourcesOf, templatesOf } from "../helpers/templates.ts";
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
  test("are of the stages and of the health check", () => {
    expect(functionNames()).toEqual(["extract", "health", "indicators", "transform"]);
  });

  test.each(functionNames())("%s is below 700 kB and starts alone in a fresh process", async (name) => {
    const { file, sizeBytes } = await bundleFunction(name, folder.path);
    expect(sizeBytes).toBeLessThan(maxBundleBytes);
    expect(await importInFreshProcess(file, functionEnvironment())).toBe("function");
  });

  test("refuse to start without their environment and list what is missing", async () => {
    const { file } = await bundleFunction("transform", folder.path);
    const failure = await importInFreshProcess(file, {}).catch((error: unknown) => String(error));
    for (const part of ["ConfigError", "RAW_BUCKET", "MAX_RECEIVE_COUNT", "DEAD_LETTER_QUEUE_URL"]) {
      expect(failure).toContain(part);
    }
  });

  test("refuse to start without their settings, or with those of another function, and name the file", async () => {
    const { file } = await bundleFunction("extract", folder.path);
    const settings = join(dirname(file), settingsFileName);
    const start = () =>
      importInFreshProcess(file, functionEnvironment()).catch((error: unknown) => String(error));
    await writeFile(settings, JSON.stringify(settingsOf("transform")));
    expect(await start()).toMatch(
      /ConfigError\]: settings ".*\/settings\.json" do not fit their schema[^]*at providers/,
    );
    await rm(settings);
    expect(await start()).toMatch(
      /ConfigError\]: settings ".*\/settings\.json" cannot be read; .*deploy with it/,
    );
  });
});

/** Asset folders by function, and their names, which are hashes. */
function synthesized(symbols: readonly string[], outdir: string) {
  const file = parseConfigFile(JSON.stringify({ markets: { stock: { symbols } } }), "test");
  const app = buildApp(stageConfig("dev", file), { outdir, validate: false });
  const functions = resourcesOf(templatesOf(app, "dev"), "AWS::Lambda::Function");
  return new Map(
    functions.map(({ name, properties }) => {
      const hash = (properties["Code"] as { S3Key: string }).S3Key.replace(/\.zip$/, "");
      return [name!, { hash, path: join(outdir, `asset.${hash}`) }];
    }),
  );
}

describe("the bundles of the CDK", () => {
  test("hold their settings, start, and have another hash where a symbol is added", async () => {
    const before = synthesized(["AAPL"], join(folder.path, "before"));
    const after = synthesized(["AAPL", "MSFT"], join(folder.path, "after"));
    expect([...before.keys()].sort()).toEqual(functionNames());
    for (const { path } of after.values()) {
      expect(await importInFreshProcess(join(path, "index.mjs"), functionEnvironment())).toBe("function");
    }
    const { path, hash } = after.get("extract")!;
    const settings = JSON.parse(await readFile(join(path, settingsFileName), "utf8")) as ExtractSettings;
    expect(settings.providers.universe).toEqual({ stock: ["AAPL", "MSFT"] });
    expect(hash).not.toBe(before.get("extract")!.hash);
    expect(after.get("transform")!.hash).toBe(before.get("transform")!.hash);
  });
});
