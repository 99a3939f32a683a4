import type { Command } from "commander";
import { nearest } from "../../core/nearest.ts";
import { dataDictionary } from "../../core/tables/dictionary.ts";
import { partitionColumn, tables, type Column, type Table, type View } from "../../core/tables/index.ts";
import { views } from "../../core/tables/views.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { UsageError } from "../errors.ts";
import { formatRows, rowsOf, type OutputFormat } from "../format/index.ts";
import { formatOption } from "../options.ts";

interface TablesOptions extends GlobalOptions {
  readonly format: OutputFormat;
  readonly markdown?: boolean;
}

const help = `
Examples
  $ npm run -s marketlake -- tables
  $ npm run -s marketlake -- tables bars_daily`;

export function registerTablesCommand(program: Command, cli: Cli): void {
  program
    .command("tables")
    .description("List every table and view, or the columns of one, with their meaning.")
    .argument("[name]", "a table or view")
    .addOption(formatOption())
    .option("--markdown", "print the whole data dictionary as Markdown instead")
    .addHelpText("after", help)
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<TablesOptions>();
      const terminal = cli.terminal(options);
      if (options.markdown === true) {
        await terminal.answer([dataDictionary()]);
        return;
      }
      const rows = rowsOf(name === undefined ? listRelations() : listColumns(name));
      const layout = { ...terminal.answerLayout, wrapsTexts: true };
      await terminal.answer(formatRows(rows, options.format, layout));
    });
}

function listRelations() {
  return [
    ...views.map((view) => ({ kind: "view", relation: view })),
    ...tables.map((table) => ({ kind: "table", relation: table })),
  ].map(({ kind, relation }) => ({
    name: relation.name,
    kind,
    columns: columnsOf(relation).length,
    meaning: relation.doc,
  }));
}

function listColumns(name: string) {
  const relations: readonly (Table | View)[] = [...tables, ...views];
  const relation = relations.find((candidate) => candidate.name === name.toLowerCase());
  if (relation === undefined) {
    const names = relations.map((known) => known.name);
    throw new UsageError(`there is no table or view "${name}"; ${nearest(name, names)}`);
  }
  return columnsOf(relation).map(({ name, type, nullable, unit, doc }) => ({
    column: name,
    type,
    missing: nullable ? "allowed" : "never",
    unit: unit ?? null,
    meaning: doc,
  }));
}

function columnsOf(relation: Table | View): Column[] {
  const partitions = "partitions" in relation ? relation.partitions.map(partitionColumn) : [];
  return [...relation.columns, ...partitions];
}
