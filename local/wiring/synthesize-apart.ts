/** Synthesizes in a process that ends afterwards: the heap of the CDK would slow every later garbage collection here. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { TerminalError } from "../../core/errors.ts";
import type { StageConfig } from "../../core/config/index.ts";
import { reviveError, type FlatError } from "../runtime/flat-error.ts";
import type { Wiring } from "./schema.ts";

/** What the process answers. */
export type SynthesisAnswer = { readonly wiring: Wiring } | { readonly error: FlatError };

const entry = fileURLToPath(new URL("./synthesis-process.ts", import.meta.url));
/** A synthesis takes seconds, on a machine that is short of memory many of them. */
const timeoutMs = 120_000;

/** @throws what the synthesis throws; TerminalError where the process ends without an answer. */
export async function synthesizeApart(config: StageConfig): Promise<Wiring> {
  const child = fork(entry, {
    // The flags of this process, such as a debugger's port, are not for the child.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    timeout: timeoutMs,
  });
  let answer: SynthesisAnswer | null = null;
  child.once("message", (message) => {
    answer = message as SynthesisAnswer;
  });
  // A child that cannot take it ends without an answer, which says more.
  child.send(config, () => {});
  const [complaint, [code, signal]] = await Promise.all([text(child.stderr!), once(child, "close")]);
  return wiringIn(answer, `code ${code}, signal ${signal}: ${complaint}`);
}

function wiringIn(answer: SynthesisAnswer | null, end: string): Wiring {
  if (answer === null) {
    throw new TerminalError(
      `the process that reads the wiring from the CDK app ended without an answer (${end}); run "npm run synth" to see why`,
    );
  }
  if ("error" in answer) throw reviveError(answer.error);
  return answer.wiring;
}
