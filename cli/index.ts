/** Composition root of the CLI: connects the process to the program and turns failures into exit codes. */
import { Cli } from "./cli.ts";
import { failureOf } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { buildProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // A second signal ends the process at once, as without a handler.
  process.once(signal, () => interrupt.abort());
}
// A reader that has seen enough (`| head`) is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(exitCodes.ok);
});

const program = buildProgram(new Cli(processTerminal(process, interrupt.signal)));
try {
  await program.parseAsync();
} catch (error) {
  const { exitCode, text } = failureOf(error, program.opts<{ debug?: boolean }>().debug === true);
  if (text !== null) process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
  // Work that was abandoned must not keep the process alive.
  if (exitCode === exitCodes.interrupted) process.exit();
}
