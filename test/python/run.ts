/**
 * `npm run test:python`: writes sample Parquet files of every table, then runs every `check_*.py` of this folder on
 * them. A check is a script that gets the samples' directory as its argument and exits with 0 where all is well.
 *
 * Python 3 with the packages of requirements.txt is used as it is; where packages are missing, they are installed into
 * a virtual environment below `test/.tmp`. Without Python, or without a way to get the packages, nothing is checked.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSamples } from "./samples.ts";

const here = fileURLToPath(new URL("./", import.meta.url));
const requirements = join(here, "requirements.txt");
const environment = join(here, "../.tmp/python");
const installTimeoutMs = 300_000;
const checkTimeoutMs = 120_000;

const python = findPython();
if (python !== null) {
  const samples = mkdtempSync(join(tmpdir(), "marketlake-python-"));
  try {
    writeSamples(samples);
    process.exitCode = runChecks(python, samples) ? 0 : 1;
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
  const names = readFileSync(requirements, "utf8").match(/^\w+/gm) ?? [];
  return spawnSync(interpreter, ["-c", `import ${names.join(", ")}`]).status === 0;
}

function skip(reason: string): null {
  console.log(`skipped the Python checks: ${reason}`);
  return null;
}

function runChecks(interpreter: string, samples: string): boolean {
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
  return failed.length === 0;
}
