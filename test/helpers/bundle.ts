import { readdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { stageConfig } from "../../core/config/index.ts";
import { settingsFileName } from "../../lambdas/shared/env.ts";
import { bundling } from "../../lib/constructs/bundling.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

export type BundleFormat = "esm" | "cjs";

/** The functions: folders of `lambdas/` that have an entry. */
export function functionNames(): string[] {
  return readdirSync(`${repository}lambdas`, { recursive: true, encoding: "utf8" })
    .filter((path) => /^[^/]+\/index\.ts$/.test(path))
    .map((path) => path.split("/")[0]!)
    .sort();
}

/** A CommonJS module has no address of its own; esbuild would leave none. */
const moduleUrl: Record<BundleFormat, object> = {
  esm: {},
  cjs: {
    define: { "import.meta.url": "moduleUrl" },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  },
};

/** What the file beside a function's code holds in a deployment without a configuration. */
export function settingsOf(name: string): object {
  const { lake, providers, watched } = stageConfig("dev");
  if (name === "health") return { lake, watched };
  return name === "extract" ? { lake, providers } : lake;
}

/** Bundles a function as CDK does, with its settings, into a folder of its own, and returns file and size. */
export async function bundleFunction(name: string, folder: string, format: BundleFormat = bundling.format) {
  const file = `${folder}/${name}-${format}/index.${format === "esm" ? "mjs" : "cjs"}`;
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: [`lambdas/${name}/index.ts`],
    outfile: file,
    bundle: true,
    metafile: true,
    platform: bundling.platform,
    target: bundling.target,
    format,
    mainFields: [...bundling.mainFields],
    external: [...bundling.externalModules],
    alias: bundling.alias,
    minify: bundling.minify,
    sourcemap: bundling.sourceMap,
    sourcesContent: bundling.sourcesContent,
    logLevel: "silent",
    ...moduleUrl[format],
  });
  const [, output] = Object.entries(metafile.outputs).find(([path]) => !path.endsWith(".map"))!;
  writeFileSync(`${dirname(file)}/${settingsFileName}`, JSON.stringify(settingsOf(name)));
  return { file, sizeBytes: output.bytes };
}
