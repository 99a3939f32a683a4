import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** Starts a script of `test/integration/children` in a Node process of its own. */
export function startChild(script: string, ...parameters: readonly (string | number)[]): ChildProcess {
  const path = fileURLToPath(new URL(`../integration/children/${script}`, import.meta.url));
  const flags = ["--disable-warning=ExperimentalWarning", path, ...parameters.map(String)];
  return spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Waits until a child has ended well and returns what it printed. */
export async function outputOf(child: ChildProcess): Promise<string> {
  const [output, [code]] = await Promise.all([text(child.stdout!), once(child, "exit")]);
  if (code !== 0) throw new Error(`child process ended with ${String(code)}`);
  return output;
}

/** Waits until a child prints something. */
export async function firstOutput(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout!, "data")) as [Buffer];
  return chunk.toString();
}

/** Ends a child in the middle of whatever it does. */
export async function killHard(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
