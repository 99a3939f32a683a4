import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const environments = fileURLToPath(new URL("../.tmp/", import.meta.url));
const installTimeoutMs = 300_000;

/** A virtual environment with packages, or why there is none. */
export type PythonEnvironment = { readonly bin: string } | { readonly missing: string };

/** Makes a virtual environment below `test/.tmp`, or takes the one that an earlier run made. */
export function pythonEnvironment(name: string, packages: readonly string[]): PythonEnvironment {
  if (spawnSync("python3", ["--version"]).status !== 0) return { missing: "there is no python3 on the path" };
  const directory = join(environments, name);
  const python = join(directory, "bin/python");
  if (!existsSync(python) && spawnSync("python3", ["-m", "venv", directory]).status !== 0) {
    return { missing: "python3 cannot make a virtual environment" };
  }
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages];
  const { status, stderr } = spawnSync(python, install, { encoding: "utf8", timeout: installTimeoutMs });
  return status === 0
    ? { bin: join(directory, "bin") }
    : { missing: `pip cannot install ${packages.join(" ")}: ${stderr.trim()}` };
}
