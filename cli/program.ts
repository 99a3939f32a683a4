/** The command line: every command, and what the help says about all of them. */
import type { Command } from "commander";
import type { Cli } from "./cli.ts";
import { registerBackfillCommand } from "./commands/backfill.ts";
import { registerConfigCommand } from "./commands/config.ts";
import { registerDemoCommand } from "./commands/demo.ts";
import { registerExtractCommand } from "./commands/extract.ts";
import { registerHealthCommand } from "./commands/health.ts";
import { registerLoadCommand } from "./commands/load.ts";
import { registerLookupCommand } from "./commands/lookup.ts";
import { registerPlanCommand } from "./commands/plan.ts";
import { registerQueryCommand } from "./commands/query.ts";
import { registerRebuildCommand } from "./commands/rebuild.ts";
import { registerRedriveCommand } from "./commands/redrive.ts";
import { registerRunCommand } from "./commands/run.ts";
import { registerStatusCommand } from "./commands/status.ts";
import { registerStreamCommand } from "./commands/stream.ts";
import { registerTablesCommand } from "./commands/tables.ts";
import { HelpfulCommand } from "./help.ts";
import { configOption, lakeOption } from "./options.ts";

const helpAfter = `
A lake is a directory. The first load, extract or demo makes it; copy it, move it or delete it as you like.
It takes any number of processes at once, and a command that was cut off continues when it is started again.

Examples
  $ npm run demo
  $ npm run -s marketlake -- load prices.csv.gz --asset-class stock --interval 1d --adjustment split
  $ npm run -s marketlake -- query "select * from latest_indicators order by symbol limit 5"
  $ npm run -s marketlake -- status --format json

Exit codes
  0  done
  1  failed, wholly or in part; the last line on stderr says why and what to do
  2  the command was used in a way that cannot work; nothing was done
  130  interrupted; the same command continues

Answers go to stdout, everything else to stderr. "marketlake help <command>" tells more about a command.`;

export function buildProgram(cli: Cli): Command {
  const program = new HelpfulCommand("marketlake")
    .description(
      "A market-data lakehouse in one process: bars in, curated tables, indicators and SQL answers out.",
    )
    .addOption(lakeOption())
    .addOption(configOption())
    .option("--quiet", "no progress, only results and errors")
    .option("--debug", "print the log of every stage, and where an error happened")
    .addHelpText("after", helpAfter)
    .showHelpAfterError('"marketlake help" tells what is possible')
    .configureHelp({ showGlobalOptions: true })
    // Makes commander throw instead of ending the process.
    .exitOverride();
  for (const register of [
    registerDemoCommand,
    registerLoadCommand,
    registerExtractCommand,
    registerRunCommand,
    registerStreamCommand,
    registerQueryCommand,
    registerStatusCommand,
    registerHealthCommand,
    registerTablesCommand,
    registerRebuildCommand,
    registerRedriveCommand,
    registerBackfillCommand,
    registerConfigCommand,
    registerPlanCommand,
    registerLookupCommand,
  ]) {
    register(program, cli);
  }
  for (const command of program.commands) {
    command.showHelpAfterError(`"marketlake help ${command.name()}" tells what is possible`);
  }
  return program;
}
