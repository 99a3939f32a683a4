import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
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

/** Bundles a function as CDK does and returns file and size. */
export async function bundleFunction(name: string, folder: string, format: BundleFormat = bundling.format) {
  const file = `${folder}/${name}.${format === "esm" ? "mjs" : "cjs"}`;
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
    minify: bundling.minify,
    sourcemap: bundling.sourceMap,
    sourcesContent: bundling.sourcesContent,
    logLevel: "silent",
  });
  const [, output] = Object.entries(metafile.outputs).find(([path]) => !path.endsWith(".map"))!;
  return { file, sizeBytes: output.bytes };
}
