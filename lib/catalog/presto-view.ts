/** Athena's views in Glue (docs/adr/0005-views-in-glue.md). */
import type { CfnTable } from "aws-cdk-lib/aws-glue";
import type { View } from "../../core/tables/index.ts";
import { glueColumn } from "./glue-table.ts";
import { trinoTypes } from "./types.ts";

/** The Glue definition of a declared view, as `CREATE VIEW` in Athena would store it. */
export function prestoView(view: View, databaseName: string): CfnTable.TableInputProperty {
  const definition = {
    originalSql: view.sql,
    catalog: "awsdatacatalog",
    schema: databaseName,
    columns: view.columns.map(({ name, type }) => ({ name, type: trinoTypes[type] })),
  };
  const encoded = Buffer.from(JSON.stringify(definition), "utf8").toString("base64");
  return {
    name: view.name,
    description: view.doc,
    tableType: "VIRTUAL_VIEW",
    parameters: { presto_view: "true", comment: "Presto View" },
    partitionKeys: [],
    storageDescriptor: { columns: view.columns.map(glueColumn), location: "", serdeInfo: {} },
    viewOriginalText: `/* Presto View: ${encoded} */`,
    viewExpandedText: "/* Presto View */",
  };
}
