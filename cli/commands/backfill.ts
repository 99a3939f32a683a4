import type { Command } from "commander";
import { TransientError } from "../../core/errors.ts";
import type { BackfillResult } from "../../core/pipeline/backfill.ts";
import type { Wish } from "../../core/plan/index.ts";
import type { LakeRuntime } from "../../local/runtime.ts";
import type { Cli } from "../cli.ts";
import { loadConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { duration, formatFacts } from "../format/index.ts";
import { time } from "../options.ts";
import { withProgress } from "../progress/progress.ts";
import type { Terminal } from "../terminal.ts";
import { drainWithProgress } from "../steps/drain.ts";
import { wishesOf, withWorkOptions, type WorkOptions } from "../steps/wishes.ts";

interface BackfillOptions extends WorkOptions {
  readonly from: number;
  readonly to: number;
}

const help = `
Series and symbols are those of the configuration, unless they are named. What is done is kept: the same command goes on
where it was cut off, or where a provider's budget was used up. "plan backfill" tells beforehand what it takes.

Examples
  $ npm run -s marketlake -- backfill --from 2020-01-01 --to 2026-11-20
  $ npm run -s marketlake -- backfill --from 2026-10-01 --to 2026-11-20 --asset-class stock --interval 15min --provider yahoo --symbols AAPL,MSFT`;

export function registerBackfillCommand(program: Command, cli: Cli): void {
  withWorkOptions(program.command("backfill"))
    .description("Fill a stretch of history, within the budgets of the providers.")
    .requiredOption("--from <time>", "first bar wanted", time)
    .requiredOption("--to <time>", "bars before this time", time)
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<BackfillOptions>();
      if (options.from >= options.to)
        throw new UsageError("the range holds no bar; expected --from before --to");
      const wishes = wishesOf(loadConfig(options.config), options);
      const terminal = cli.terminal(options);
      await cli.withLake(options, { create: true }, async (lake) => {
        const startedMs = performance.now();
        const results = await fill(lake, terminal, wishes, options);
        await drainWithProgress(lake, terminal);
        const elapsedMs = performance.now() - startedMs;
        await terminal.answer(formatFacts(factsOf(wishes, results, elapsedMs), terminal.answerLayout));
        const left = results.reduce((sum, result) => sum + result.left.length, 0);
        if (left > 0) {
          throw new TransientError(
            `${left} symbols are left, as providers may not be asked now or did not answer ("status" tells why); the same command goes on with them`,
          );
        }
      });
    });
}

/** One series after the other, for they share the providers' budgets. */
async function fill(
  lake: LakeRuntime,
  terminal: Terminal,
  wishes: readonly Wish[],
  { provider, from: fromMs, to: toMs }: BackfillOptions,
): Promise<BackfillResult[]> {
  return withProgress(terminal, wishes.map(labelOf), "symbols", async (lines) => {
    const results: BackfillResult[] = [];
    for (const [index, wish] of wishes.entries()) {
      const line = lines[index]!;
      line.update({ fraction: null, amount: 0 });
      const asked = provider === undefined ? {} : { provider };
      const result = await lake.backfill({ ...wish, ...asked, fromMs, toMs }, ({ done, total }) =>
        line.update({ fraction: total === 0 ? 1 : done / total, amount: done }),
      );
      if (result.left.length === 0) line.done(result.done);
      else line.fail(`${result.left.length} symbols left`);
      results.push(result);
    }
    return results;
  });
}

function factsOf(wishes: readonly Wish[], results: readonly BackfillResult[], elapsedMs: number) {
  return [
    ...results.map(({ done, total, rows }, index) => ({
      label: labelOf(wishes[index]!),
      value: rows,
      remark: `rows received now; ${done} of ${total} symbols done`,
    })),
    { label: "time", value: duration(elapsedMs) },
  ];
}

const labelOf = ({ assetClass, interval }: Wish) => `${assetClass} ${interval}`;
