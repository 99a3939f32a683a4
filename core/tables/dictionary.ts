/** The data dictionary as Markdown, made from the declarations. `docs/data-dictionary.md` is this text. */
import { tables, type Column, type Partition, type Table } from "./index.ts";
import { views } from "./views.ts";

export function dataDictionary(): string {
  return [
    "# Data dictionary",
    "",
    "Made from `core/tables/` by `npm run -s marketlake -- tables --markdown`; a test checks that it is current. Do not edit.",
    "",
    "Timestamps are UTC, stored as INT64 `TIMESTAMP_MILLIS`. A missing number is null, never NaN. Percentages are in percent.",
    "",
    "## Tables",
    "",
    ...tables.flatMap(describeTable),
    "## Views",
    "",
    "| view | rows |",
    "| --- | --- |",
    ...views.map(({ name, doc }) => `| \`${name}\` | ${doc} |`),
    "",
  ].join("\n");
}

function describeTable(table: Table): string[] {
  return [
    `### ${table.name}`,
    "",
    table.doc,
    "",
    `Objects under \`${table.prefix}\`; one row per (${table.key.map((name) => `\`${name}\``).join(", ")}).`,
    "",
    "| column | type | null | unit | meaning |",
    "| --- | --- | --- | --- | --- |",
    ...table.partitions.map(describePartition),
    ...table.columns.map(describeColumn),
    "",
  ];
}

const describePartition = ({ name, type, doc }: Partition) =>
  `| \`${name}\` | partition (${type}) | no | | ${doc} |`;

const describeColumn = ({ name, type, nullable, unit, doc }: Column) =>
  `| \`${name}\` | ${type} | ${nullable ? "yes" : "no"} | ${unit ?? ""} | ${doc} |`;
