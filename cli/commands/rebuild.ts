import type { Command } from "commander";
import type { Cli, GlobalOptions } from "../cli.ts";
import { duration, formatFacts, rate } from "../format/index.ts";
import { time } from "../options.ts";
import { withProgress } from "../progress/progress.ts";

interface RebuildOptions extends GlobalOptions {
  readonly asOf?: number;
}

const help = `
The raw zone holds every row ever received, so the curated zone can be made from it at any time; the result equals,
row for row, what arrived bit by bit. With --as-of the lake shows what was known at that time, until the next rebuild;
new data is refused meanwhile. Waiting work is done first.

Examples
  $ npm run -s marketlake -- rebuild
  $ npm run -s marketlake -- rebuild --as-of 2026-11-20T21:00:00Z`;

export function registerRebuildCommand(program: Command, cli: Cli): void {
  program
    .command("rebuild")
    .description(
      "Make the curated zone afresh from the raw zone, as it is known now or as it was known at a time.",
    )
    .option("--as-of <time>", "leave out what was received later", time)
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<RebuildOptions>();
      const terminal = cli.terminal(options);
      await cli.withLake(options, { create: false }, async (lake) => {
        const startedMs = performance.now();
        const asOf = options.asOf === undefined ? {} : { asOfMs: options.asOf };
        const totals = await withProgress(terminal, ["shards"], "shards", async ([line]) => {
          line!.update({ fraction: null, amount: 0 });
          const result = await lake.rebuild(asOf, ({ done, total }) =>
            line!.update({ fraction: total === 0 ? 1 : done / total, amount: done }),
          );
          line!.done(result.shards);
          return result;
        });
        const elapsedMs = performance.now() - startedMs;
        const facts = [
          { label: "shards", value: totals.shards, remark: "of all series, made afresh" },
          { label: "read", value: totals.rowsIn, remark: "raw rows, all versions" },
          { label: "curated", value: totals.rowsOut, remark: "bars" },
          { label: "quarantined", value: totals.rowsRejected },
          {
            label: "time",
            value: duration(elapsedMs),
            remark: rate(totals.rowsIn / (elapsedMs / 1000)),
          },
        ];
        await terminal.answer(formatFacts(facts, terminal.answerLayout));
        if (options.asOf !== undefined) {
          terminal.say(
            `The lake shows what was known at ${new Date(options.asOf).toISOString()}; "rebuild" without --as-of brings it back.`,
          );
        }
      });
    });
}
