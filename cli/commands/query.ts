import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { Cli, GlobalOptions } from "../cli.ts";
import { UsageError } from "../errors.ts";
import { formatRows, type OutputFormat } from "../format/index.ts";
import { untilInterrupted } from "../interrupt.ts";
import { formatOption } from "../options.ts";

interface QueryOptions extends GlobalOptions {
  readonly format: OutputFormat;
}

/** An analyst's joins and sorts may take more than the accounts of a load. */
const analystAccess = { create: false, queryMemoryMb: 1_024 } as const;

const help = `
The SQL is what DuckDB and Athena share; "marketlake tables" lists what can be asked. Nothing can be written.
SQL that starts with a comment comes through stdin, or after "--". In csv a null is an empty field; in json, integers beyond 2^53 and NaN are strings.

Examples
  $ npm run -s marketlake -- query "select * from latest_indicators order by symbol limit 5"
  $ npm run -s marketlake -- query --format csv - < sql/named/monthly-returns.sql > returns.csv
  $ npm run -s marketlake -- query "select symbol, close from latest_bars" --format json | jq '.[0]'`;

export function registerQueryCommand(program: Command, cli: Cli): void {
  program
    .command("query")
    .description("Answer a question in SQL.")
    .argument("<sql>", 'one SELECT statement; "-" reads it from stdin')
    .addOption(formatOption())
    .addHelpText("after", help)
    .action(async (argument: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<QueryOptions>();
      const terminal = cli.terminal(options);
      const sql =
        argument === "-" ? await untilInterrupted(text(process.stdin), terminal.interrupt) : argument;
      if (sql.trim() === "") {
        throw new UsageError('the SQL is empty; expected a statement such as "select * from latest_bars"');
      }
      const result = await cli.withLake(options, analystAccess, (lake) => lake.query(sql));
      await terminal.answer(formatRows(result, options.format, terminal.answerLayout));
    });
}
