/** Composition root of the CLI: connects the process to the program and turns failures into exit codes. */
import { Cli } from "./cli.ts";
import { failureOf } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { interruptOf } from "./interrupt.ts";
import { buildProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

/** Runs the command line of `process` and sets its exit code. */
export async function main(process: NodeJS.Process): Promise<void> {
  // A reader that has seen enough (`| head`) is not a failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(exitCodes.ok);
  });
  const interrupt = interruptOf(process);
  const program = buildProgram(new Cli(processTerminal(process, interrupt)));
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    const { exitCode, text } = failureOf(error, program.opts<{ debug?: boolean }>().debug === true);
    if (text !== null) process.stderr.write(`${text}\n`);
    process.exitCode = exitCode;
  }
  // Work that was abandoned must not keep the process alive.
  if (interrupt.aborted) process.exit();
}
