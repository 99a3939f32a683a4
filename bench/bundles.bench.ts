/** What a cold start pays for our code: size of each function's bundle and time to import it in a fresh process. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { type BundleFormat, bundleFunction, functionNames } from "../test/helpers/bundle.ts";
import { functionEnvironment } from "../test/helpers/function-environment.ts";
import { temporaryDirectory } from "../test/helpers/temporary-directory.ts";
import { bench, type BenchResult, type Subject } from "./harness.ts";

const exec = promisify(execFile);
const formats = ["esm", "cjs"] as const satisfies readonly BundleFormat[];
const rounds = 15;

export async function run(): Promise<BenchResult[]> {
  const folder = await temporaryDirectory();
  try {
    return [await importBench(folder.path)];
  } finally {
    await folder.remove();
  }
}

async function importBench(folder: string): Promise<BenchResult> {
  const candidates: Record<string, Subject> = {};
  for (const name of functionNames()) {
    for (const format of formats) {
      const { file, sizeBytes } = await bundleFunction(name, folder, format);
      candidates[`${name}, ${format}`] = importInFreshProcess(file, sizeBytes);
    }
  }
  const empty = `${folder}/empty.mjs`;
  await writeFile(empty, "export const handler = 1;\n");
  return bench("fresh Node process that imports a function's bundle", {
    item: "process",
    itemCount: 1,
    baseline: { "empty module": importInFreshProcess(empty, 0) },
    candidates,
    rounds,
  });
}

/** Facts: median time of the import alone, and its processor time, which other load on the machine inflates less. */
function importInFreshProcess(file: string, sizeBytes: number): Subject {
  const load = file.endsWith(".cjs") ? "require" : "await import";
  const script = [
    "const startMs = performance.now(), startCpu = process.cpuUsage();",
    `${load}(${JSON.stringify(file)});`,
    "const cpu = process.cpuUsage(startCpu);",
    "console.log(performance.now() - startMs, (cpu.user + cpu.system) / 1000);",
  ].join("\n");
  const inputType = `--input-type=${file.endsWith(".cjs") ? "commonjs" : "module"}`;
  const env = { AWS_REGION: "us-east-1", ...functionEnvironment() };
  const wallMs: number[] = [];
  const cpuMs: number[] = [];
  return async () => {
    const { stdout } = await exec(process.execPath, [inputType, "-e", script], { env });
    const [wall, cpu] = stdout.split(" ").map(Number);
    wallMs.push(wall!);
    cpuMs.push(cpu!);
    return { kB: sizeBytes / 1_000, "import ms": median(wallMs), "cpu ms": median(cpuMs) };
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
