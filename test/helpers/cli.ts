/** The command line, run as people run it: in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("../../cli/index.ts", import.meta.url));

export interface CliOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Text for stdin. */
  readonly input?: string;
}

export function startCli(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", entry, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs a command to its end. */
export async function runCli(args: readonly string[], { input = "" }: CliOptions = {}): Promise<CliOutcome> {
  const child = startCli(args);
  child.stdin!.end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, "close"),
  ]);
  return { exitCode: exitCode as number | null, stdout, stderr };
}
