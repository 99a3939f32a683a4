/** Composition root of the CLI: connects the process to the program and turns failures into exit codes. */
import { Cli } from "./cli.ts";
import { interruptOf } from "./interrupt.ts";
import { failureOf } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { buildProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

const interrupt = interruptOf(process);
// A reader that has seen enough (`| head`) is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(exitCodes.ok);
});

const program = buildProgram(new Cli(processTerminal(process, interrupt)));
try {
  await program.parseAsync();
} catch (error) {
  const { exitCode, text } = failureOf(error, program.opts<{ debug?: boolean }>().debug === true);
  if (text !== null) process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
  // Work that was abandoned must not keep the process alive.
  if (exitCode === exitCodes.interrupted) process.exit();
}
