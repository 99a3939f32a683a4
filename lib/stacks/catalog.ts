/** What analysts see: the tables and views of core/tables in Glue, and an Athena workgroup with limits. */
import { Stack, type StackProps } from "aws-cdk-lib";
import { CfnNamedQuery, CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import type { Construct } from "constructs";
import { type Table, tables } from "../../core/tables/index.ts";
import { views } from "../../core/tables/views.ts";
import { glueTable } from "../catalog/glue-table.ts";
import { readNamedQueries } from "../catalog/named-queries.ts";
import { prestoView } from "../catalog/presto-view.ts";
import type { StageConfig } from "../../core/config/index.ts";
import type { StorageStack } from "./storage.ts";

export interface CatalogStackProps extends StackProps {
  readonly storage: StorageStack;
}

export class CatalogStack extends Stack {
  /** Named, because views carry the name inside their definition and analysts write it. */
  readonly databaseName: string;
  readonly workgroupName: string;

  constructor(scope: Construct, id: string, config: StageConfig, props: CatalogStackProps) {
    super(scope, id, props);
    this.databaseName = `marketlake_${config.stage}`;
    this.workgroupName = `marketlake-${config.stage}`;
    this.#addTables(props.storage);
    this.#addWorkgroup(config, props.storage);
  }

  #addTables({ raw, curated }: StorageStack): void {
    const database = new CfnDatabase(this, "Database", {
      catalogId: this.account,
      databaseInput: {
        name: this.databaseName,
        description: "Market bars, indicators and their operations.",
      },
    });
    const bucketOf = (table: Table) => (table.zone === "raw" ? raw : curated).bucketName;
    const inputs = [
      ...tables.map((table) => glueTable(table, bucketOf(table))),
      ...views.map((view) => prestoView(view, this.databaseName)),
    ];
    for (const tableInput of inputs) {
      new CfnTable(this, `Table-${tableInput.name}`, {
        catalogId: this.account,
        databaseName: database.ref,
        tableInput,
      });
    }
  }

  #addWorkgroup(config: StageConfig, { queryResults }: StorageStack): void {
    const workgroup = new CfnWorkGroup(this, "Workgroup", {
      name: this.workgroupName,
      description: "Queries on marketlake: results are encrypted and expire, large scans are cancelled.",
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: config.athena.scanLimitBytes,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: `s3://${queryResults.bucketName}/athena/`,
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
        },
      },
    });
    for (const { name, description, sql } of readNamedQueries()) {
      new CfnNamedQuery(this, `Query-${name}`, {
        name,
        description,
        database: this.databaseName,
        queryString: sql,
        workGroup: workgroup.ref,
      });
    }
  }
}
