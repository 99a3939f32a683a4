import { Option, type Command } from "commander";
import { adjustments, type Adjustment, type AssetClass, type Interval } from "../../core/market.ts";
import type { LoadFile } from "../../local/runtime.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { formatFacts } from "../format/index.ts";
import { assetClassOption, currency, intervalOption, providerId } from "../options.ts";
import { accountForRuns } from "../steps/account.ts";
import { failOnDeadLetters } from "../steps/dead-letters.ts";
import { drainWithProgress } from "../steps/drain.ts";
import { failOnTrouble, loadWithProgress } from "../steps/load-files.ts";
import { accountFacts, actionFacts } from "../steps/summary.ts";

interface LoadOptions extends GlobalOptions {
  readonly actions?: boolean;
  readonly assetClass: AssetClass;
  readonly interval: Interval;
  readonly adjustment: Adjustment;
  readonly currency?: string;
  readonly provider: string;
}

const help = `
A file is CSV in UTF-8, plain or gzip (.gz), with the header symbol,ts,open,high,low,close,volume in any order and case;
ticker, date and the like are understood too. adj_close and currency are optional, other columns are passed over. ts is the start of the bar: 2026-11-20 for daily
bars, 2026-11-20T14:30:00Z for shorter ones. A row that cannot be read or fails validation goes to quarantine with its
reason and stops nothing. Loading a file again changes nothing; a later file with the same bars supersedes them.

With --actions the files hold splits and dividends, with the header symbol,ex_date,kind,ratio,amount,currency (ratio is
shares after per share before) or LEAN's symbol,date,price_factor,split_factor,reference_price. One bad row refuses its
file. Daily indicators and the view bars_daily_adjusted follow.

Examples
  $ npm run -s marketlake -- load prices.csv.gz --asset-class stock --interval 1d --adjustment split --currency USD
  $ npm run -s marketlake -- load btc/*.csv --asset-class crypto --interval 1min --lake ./crypto-lake
  $ npm run -s marketlake -- load --actions splits.csv --asset-class stock --currency USD`;

export function registerLoadCommand(program: Command, cli: Cli): void {
  program
    .command("load")
    .description("Bring CSV files into the lake, and curated bars and indicators up to date with them.")
    .argument("<file...>", "CSV files, plain or gzip")
    .addOption(assetClassOption())
    .addOption(intervalOption())
    .addOption(
      new Option("--adjustment <basis>", "what was applied to the prices")
        .choices(adjustments)
        .default("none"),
    )
    .addOption(
      new Option("--actions", "the files hold splits and dividends instead of bars").implies({
        interval: "1d",
      }),
    )
    .option("--currency <code>", "quote currency, ISO 4217, where the file does not say", currency)
    .option("--provider <id>", "where the bars come from, for the column provider", providerId, "csv")
    .addHelpText("after", help)
    .action(async (paths: string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<LoadOptions>();
      const terminal = cli.terminal(options);
      const files = filesOf(paths, options);
      await cli.withLake(options, { create: true }, async (lake) => {
        const startedMs = performance.now();
        const outcomes = await loadWithProgress(lake, terminal, [files]);
        await drainWithProgress(lake, terminal);
        if (options.actions === true) {
          await terminal.answer(formatFacts(actionFacts(outcomes), terminal.answerLayout));
          failOnTrouble(outcomes, terminal);
          return;
        }
        const elapsedMs = performance.now() - startedMs;
        const results = outcomes.flatMap((outcome) => ("result" in outcome ? [outcome.result] : []));
        const runIds = results.map(({ runId }) => runId);
        const account = await accountForRuns(lake, runIds);
        const received = results.reduce((sum, { rowsIn }) => sum + rowsIn, 0);
        if (results.length > 0) {
          await terminal.answer(
            formatFacts(
              accountFacts({ received, source: filesText(results.length), account, elapsedMs }),
              terminal.answerLayout,
            ),
          );
        }
        failOnTrouble(outcomes, terminal);
        await failOnDeadLetters(lake, runIds);
      });
    });
}

/** A file that is named twice, as overlapping patterns do, is loaded once. */
function filesOf(paths: readonly string[], options: LoadOptions): LoadFile[] {
  const { assetClass, interval, adjustment, currency, provider } = options;
  const content = options.actions === true ? "actions" : "bars";
  return [...new Set(paths)].map((path) => ({
    path,
    content,
    assetClass,
    interval,
    adjustment,
    currency: currency ?? null,
    provider,
  }));
}

function filesText(files: number): string {
  return files === 1 ? "1 file" : `${files} files`;
}
