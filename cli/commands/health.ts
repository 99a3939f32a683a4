import type { Command } from "commander";
import type { Cli, GlobalOptions } from "../cli.ts";
import { UnhealthyError } from "../errors.ts";
import { formatHealth } from "../format/health.ts";
import { tableOrJsonOption, time } from "../options.ts";

interface HealthOptions extends GlobalOptions {
  readonly at?: number;
  readonly format: "table" | "json";
}

const help = `
Looks at the series of every market that has symbols in the configuration, and at whoever is asked for them. A bar is missed
once it should be there by its calendar: never of a closed market, and not before the time that "health" of the
configuration allows. Ends with 1 where something is wrong, so that a monitor or a cron can act on it.

Examples
  $ npm run -s marketlake -- health
  $ npm run -s marketlake -- --quiet health --format json > health.json || notify-somebody`;

export function registerHealthCommand(program: Command, cli: Cli): void {
  program
    .command("health")
    .description("Tell whether providers answer and bars keep up with their markets; fail where not.")
    .option("--at <time>", "judge as of this time (default: now)", time)
    .addOption(tableOrJsonOption())
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<HealthOptions>();
      const terminal = cli.terminal(options);
      const report = await cli.withLake(options, { create: false }, (lake) =>
        lake.health(options.at ?? Date.now()),
      );
      await terminal.answer(
        options.format === "json"
          ? [`${JSON.stringify(report, null, 2)}\n`]
          : formatHealth(report, terminal.answerLayout),
      );
      if (report.problems.length > 0) throw new UnhealthyError(report.problems.length);
    });
}
