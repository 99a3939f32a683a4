/**
 * Partition projection (https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html): Athena
 * computes which partitions exist, so nothing has to register them.
 */
import type { Partition, Table } from "../../core/tables/index.ts";

/** Integer projections need an end. Every year costs one listing in a query that names none. */
const lastYear = "2050";

/** Table parameters that project the table's partitions below `bucketName`. Empty for a table without partitions. */
export function projectionParameters(table: Table, bucketName: string): Record<string, string> {
  if (table.partitions.length === 0) return {};
  return {
    "projection.enabled": "true",
    ...Object.assign({}, ...table.partitions.map(project)),
    "storage.location.template": `s3://${bucketName}/${locationTemplate(table)}`,
  };
}

/** Key prefix of a partition's objects, with `${name}` for each value, as core/lake/keys.ts makes them. */
export function locationTemplate(table: Table): string {
  return table.prefix + table.partitions.map(({ name }) => `${name}=\${${name}}/`).join("");
}

function project(partition: Partition): Record<string, string> {
  const properties = projectionOf(partition);
  return Object.fromEntries(
    Object.entries(properties).map(([property, value]) => [
      `projection.${partition.name}.${property}`,
      value,
    ]),
  );
}

function projectionOf(partition: Partition): Record<string, string> {
  switch (partition.type) {
    case "enum":
      return { type: "enum", values: partition.values.join(",") };
    case "year":
      return { type: "integer", range: `${partition.from},${lastYear}` };
    case "month":
      return dates(partition.from, "yyyy-MM", "MONTHS");
    case "date":
      return dates(partition.from, "yyyy-MM-dd", "DAYS");
  }
}

function dates(from: string, format: string, unit: string): Record<string, string> {
  return { type: "date", range: `${from},NOW`, format, interval: "1", "interval.unit": unit };
}
