import type { Command } from "commander";
import { TerminalError } from "../../core/errors.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { formatFacts, formatRows, rowsOf } from "../format/index.ts";
import { drainWithProgress } from "../steps/drain.ts";

interface RedriveOptions extends GlobalOptions {
  readonly discard?: boolean;
}

const help = `
Dead letters are messages that could not be worked on; "status" names their causes. Once a cause is mended, redrive
does the work after all, and doing it twice changes nothing. A letter that fails again is a dead letter again. Other work that waits is done, too.
With --discard they are printed and thrown away: of transform and indicators once "rebuild" has done their work, of
extract once the same bars were asked for again.

Examples
  $ npm run -s marketlake -- redrive
  $ npm run -s marketlake -- redrive --discard`;

export function registerRedriveCommand(program: Command, cli: Cli): void {
  program
    .command("redrive")
    .description("Try again what stands in the dead-letter queues.")
    .option("--discard", "print the dead letters and throw them away instead")
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<RedriveOptions>();
      const terminal = cli.terminal(options);
      await cli.withLake(options, { create: false }, async (lake) => {
        if (options.discard === true) {
          const letters = await lake.discardDeadLetters();
          const rows = rowsOf(letters.map(({ queue, cause, body }) => ({ queue, cause, body })));
          await terminal.answer(formatRows(rows, "table", { ...terminal.answerLayout, wrapsTexts: true }));
          return;
        }
        const tried = await lake.redrive();
        await drainWithProgress(lake, terminal);
        const left = await lake.deadLetters();
        const facts = [
          { label: "tried", value: tried.length, remark: "dead letters" },
          { label: "dead again", value: left.length },
        ];
        await terminal.answer(formatFacts(facts, terminal.answerLayout));
        const [first] = left;
        if (first !== undefined) throw new TerminalError(`queue "${first.queue}": ${first.cause}`);
      });
    });
}
