import type { CfnTable } from "aws-cdk-lib/aws-glue";
import { type Column, partitionColumn, type Table } from "../../core/tables/index.ts";
import { projectionParameters } from "./projection.ts";
import { hiveTypes } from "./types.ts";

/** Longest comment of a Glue column, in characters. */
const commentLengthMax = 255;

/** The Glue definition of a declared table over its Parquet objects. */
export function glueTable(table: Table, bucketName: string): CfnTable.TableInputProperty {
  return {
    name: table.name,
    description: table.doc,
    tableType: "EXTERNAL_TABLE",
    parameters: { classification: "parquet", ...projectionParameters(table, bucketName) },
    partitionKeys: table.partitions.map(partitionColumn).map(glueColumn),
    storageDescriptor: {
      columns: table.columns.map(glueColumn),
      location: `s3://${bucketName}/${table.prefix}`,
      inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
      serdeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
    },
  };
}

export function glueColumn({ name, type, unit, doc }: Column): CfnTable.ColumnProperty {
  const comment = unit === undefined ? doc : `${doc} Unit: ${unit}.`;
  return { name, type: hiveTypes[type], comment: comment.slice(0, commentLengthMax) };
}
