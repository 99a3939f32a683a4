import type { Command } from "commander";
import type { LakeRuntime } from "../../local/runtime.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import type { DemoFiles } from "../demo/files.ts";
import { UnreadableLakeError } from "../errors.ts";
import { demoFacts } from "../demo/summary.ts";
import { demoRequests, demoSyntheticOptions } from "../demo/synthetic-bars.ts";
import { formatFacts } from "../format/index.ts";
import { defaultLakeDirectory } from "../options.ts";
import { withProgress } from "../progress/progress.ts";
import type { Terminal } from "../terminal.ts";
import { drainWithProgress } from "../steps/drain.ts";
import { failOnTrouble, loadWithProgress } from "../steps/load-files.ts";

interface DemoOptions extends GlobalOptions {
  readonly data?: string;
}

const help = `
Without --data: daily bars of AAPL and the S&P 500 that come with npm packages, and invented bars of all other asset
classes, which carry provider = 'synthetic' and symbols that no exchange knows.
With --data: every daily/<asset class>[-<variant>].csv[.gz] and intraday/<asset class>-<interval>.csv[.gz] below DIR.
LEAN's factors (daily/<asset class>-raw-factors.csv) become splits and dividends. Unadjusted prices (-raw) are loaded first, so that adjusted ones of the same bars supersede them.

Examples
  $ npm run demo
  $ npm run demo -- --data ../my-bars --lake ./my-lake`;

const firstQuestion = "select * from latest_indicators order by symbol limit 5";

export function registerDemoCommand(program: Command, cli: Cli): void {
  program
    .command("demo")
    .description("Fill a lake with bars and show what comes of them. Running it again changes nothing.")
    .option("--data <dir>", "dataset directory to load instead of the bars that come with the demo")
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<DemoOptions>();
      const terminal = cli.terminal(options);
      const { directoryFiles, sampleFiles } = await import("../demo/files.ts");
      await using files =
        options.data === undefined ? await sampleFiles() : await directoryFiles(options.data);
      await cli.withLake(options, { create: true, synthetic: demoSyntheticOptions }, (lake) =>
        runDemo(lake, terminal, files, options),
      );
    });
}

async function runDemo(
  lake: LakeRuntime,
  terminal: Terminal,
  files: DemoFiles,
  options: DemoOptions,
): Promise<void> {
  // A query would leave a hundred megabytes behind, which a first run need not carry.
  const rowsBefore = (await lake.holdsBars())
    ? Number((await lake.query("select count(*) from raw_bars")).rows[0]![0])
    : 0;
  const outcomes = await loadWithProgress(lake, terminal, files.groups);
  let rowsRead = outcomes.reduce(
    (sum, outcome) =>
      sum + ("result" in outcome && outcome.file.content !== "actions" ? outcome.result.rowsIn : 0),
    0,
  );
  if (options.data === undefined) rowsRead += await extractSynthetic(lake, terminal);
  await drainWithProgress(lake, terminal);
  // Since the process began: starting up is part of the wait.
  const elapsedMs = performance.now();
  const memoryPeakBytes = process.resourceUsage().maxRSS * 1024;
  const status = await lake.status();
  if (status.accounting === null) throw new UnreadableLakeError(status.unread.length);
  await terminal.answer([
    "\n",
    ...formatFacts(
      demoFacts(status.accounting, status, { elapsedMs, rowsRead, rowsBefore, memoryPeakBytes }),
      terminal.answerLayout,
    ),
    `\nThe lake is in ${status.lake}\n`,
    `Ask it something:\n\n  npm run -s marketlake -- query "${firstQuestion}"${lakeArgument(options.lake)}\n\n`,
  ]);
  failOnTrouble(outcomes, terminal);
}

async function extractSynthetic(lake: LakeRuntime, terminal: Terminal): Promise<number> {
  const labels = demoRequests.map(({ assetClass, interval }) => `synthetic ${assetClass} ${interval}`);
  return withProgress(terminal, labels, "rows", async (lines) => {
    let rows = 0;
    for (const [index, request] of demoRequests.entries()) {
      lines[index]!.update({ fraction: null, amount: 0 });
      const { rowsIn } = await lake.extract(request);
      lines[index]!.done(rowsIn);
      rows += rowsIn;
    }
    return rows;
  });
}

/** As the shell wants it. */
function lakeArgument(directory: string): string {
  if (directory === defaultLakeDirectory) return "";
  const isPlain = /^[\w@%+=:,./-]+$/.test(directory);
  return ` --lake ${isPlain ? directory : `'${directory.replaceAll("'", String.raw`'\''`)}'`}`;
}
