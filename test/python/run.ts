/**
 * `npm run test:python [-- --report FILE]`: writes sample Parquet files of every table, runs every `check_*.py` of this
 * folder on them, and compares the indicators of real series with TA-Lib. A check is a script that gets the samples'
 * directory as its argument and exits with 0 where all is well. The report holds the counts as JSON.
 *
 * Python 3 with the packages of requirements.txt is used as it is; where packages are missing, they are installed into
 * a virtual environment below `test/.tmp`. Without Python, or without a way to get the packages, nothing is checked.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { check as checkIndicators, type CheckResult } from "./indicators.ts";
import { writeSamples } from "./samples.ts";

const here = fileURLToPath(new URL("./", import.meta.url));
const requirements = join(here, "requirements.txt");
const environment = join(here, "../.tmp/python");
const installTimeoutMs = 300_000;
const checkTimeoutMs = 120_000;
/** What the packages of requirements.txt are called in Python. */
const importNames = ["duckdb", "numpy", "pyarrow", "talib"];

const { values } = parseArgs({ options: { report: { type: "string" } } });
const python = findPython();
const result = python === null ? { passed: 0, failed: 0, skipped: 1 } : await runAll(python);
console.log(`${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(result));
process.exitCode = result.failed === 0 ? 0 : 1;

async function runAll(interpreter: string): Promise<CheckResult> {
  const files = withSamples((samples) => runChecks(interpreter, samples));
  const indicators = await checkIndicators(interpreter);
  return {
    passed: files.passed + indicators.passed,
    failed: files.failed + indicators.failed,
    skipped: files.skipped + indicators.skipped,
  };
}

function withSamples<T>(work: (directory: string) => T): T {
  const samples = mkdtempSync(join(tmpdir(), "marketlake-python-"));
  try {
    writeSamples(samples);
    return work(samples);
  } finally {
    rmSync(samples, { recursive: true, force: true });
  }
}

/** An interpreter that has the packages, or null after saying why there is none. */
function findPython(): string | null {
  if (hasPackages("python3")) return "python3";
  const own = join(environment, "bin/python");
  if (hasPackages(own)) return own;
  if (spawnSync("python3", ["--version"]).status !== 0) return skip("there is no python3 on the path");
  if (spawnSync("python3", ["-m", "venv", environment]).status !== 0)
    return skip("python3 cannot make a virtual environment");
  const install = spawnSync(own, ["-m", "pip", "install", "--quiet", "--requirement", requirements], {
    encoding: "utf8",
    timeout: installTimeoutMs,
  });
  return install.status === 0 ? own : skip(`pip cannot install ${requirements}: ${install.stderr.trim()}`);
}

function hasPackages(interpreter: string): boolean {
  return spawnSync(interpreter, ["-c", `import ${importNames.join(", ")}`]).status === 0;
}

function skip(reason: string): null {
  console.log(`skipped the Python checks: ${reason}`);
  return null;
}

function runChecks(interpreter: string, samples: string): CheckResult {
  const checks = readdirSync(here)
    .filter((file) => /^check_.*\.py$/.test(file))
    .sort();
  const failed = checks.filter((check) => {
    const { status } = spawnSync(interpreter, [join(here, check), samples], {
      stdio: "inherit",
      timeout: checkTimeoutMs,
    });
    console.log(`${status === 0 ? "ok  " : "FAIL"} ${check}`);
    return status !== 0;
  });
  return { passed: checks.length - failed.length, failed: failed.length, skipped: 0 };
}
