/** How failures look: one line that says what to do, an exit code, and a stack only for those who debug. */
import { inspect } from "node:util";
import { CommanderError } from "commander";
import { describeError, MarketlakeError, QueryError } from "../core/errors.ts";
import { exitCodes } from "./exit-codes.ts";

/** The command was used in a way that cannot work; nothing has been done. Exit code 2. */
export class UsageError extends MarketlakeError {}

/** Ctrl-C or a request to terminate. Everything written so far is kept. Exit code 130. */
export class InterruptedError extends MarketlakeError {
  constructor() {
    super("interrupted; everything done so far is kept, the same command continues");
  }
}

/** The check worked, and found the lake unwell. Exit code 1. */
export class UnhealthyError extends MarketlakeError {
  constructor(problems: number) {
    const what = problems === 1 ? "1 problem, which stands" : `${problems} problems, which stand`;
    super(`the lake is not healthy: ${what} in the answer`);
  }
}

/** The status is not whole: what is missing and why stands in the answer. Exit code 1. */
export class UnreadableLakeError extends MarketlakeError {
  constructor(parts: number) {
    const what = parts === 1 ? "1 part of the status" : `${parts} parts of the status`;
    super(`${what} cannot be shown; the answer says why and what to do`);
  }
}

export interface Failure {
  readonly exitCode: number;
  /** What to print on stderr; null where it has been printed already. */
  readonly text: string | null;
}

/** What to tell about a thrown value, and how the process ends. */
export function failureOf(error: unknown, debug: boolean): Failure {
  // Commander has printed its message, or the help that was asked for.
  if (error instanceof CommanderError) {
    return { exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage, text: null };
  }
  const exitCode = exitCodeOf(error);
  if (debug) return { exitCode, text: `error: ${inspect(error)}` };
  if (error instanceof InterruptedError) return { exitCode, text: error.message };
  // The engine's own words stand in the message already.
  if (error instanceof UsageError || error instanceof QueryError) {
    return { exitCode, text: `error: ${error.message}` };
  }
  if (error instanceof MarketlakeError) return { exitCode, text: `error: ${describeError(error)}` };
  return {
    exitCode,
    text: `error: ${describeError(error)}; this is not a known kind of failure: --debug shows where it happened`,
  };
}

function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return exitCodes.interrupted;
  return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}
