import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import {
  barsKey,
  indicatorsKey,
  parseRawBarsKey,
  quarantineKey,
  rawBarsKey,
  type Series,
} from "../../core/lake/keys.ts";
import { isBarTime, periodOf } from "../../core/market.ts";
import { type ColumnType, partitionColumn, tables } from "../../core/tables/index.ts";
import { views } from "../../core/tables/views.ts";
import { readNamedQueries } from "../../lib/catalog/named-queries.ts";
import { locationTemplate } from "../../lib/catalog/projection.ts";
import { stageConfig } from "../../core/config/index.ts";
import { resourcesOf, synthesize } from "../helpers/templates.ts";

interface TableInput {
  readonly Name: string;
  readonly TableType: string;
  readonly Parameters: Record<string, string>;
  readonly PartitionKeys: { Name: string; Type: string }[];
  readonly StorageDescriptor: { Columns: { Name: string; Type: string; Comment: string }[] };
  readonly ViewOriginalText?: string;
}

const templates = synthesize(stageConfig("dev"));
const catalog = new Map(
  resourcesOf(templates, "AWS::Glue::Table").map(({ properties }) => {
    const { TableInput } = properties as { TableInput: TableInput };
    return [TableInput.Name, TableInput];
  }),
);

const location = (name: string) => JSON.stringify(catalog.get(name)!.Parameters["storage.location.template"]);

describe("Glue tables", () => {
  it("exist for every declared table and view", () => {
    expect([...catalog.keys()]).toEqual([...tables, ...views].map(({ name }) => name));
  });

  it("project every partition column, and give each a type", () => {
    for (const table of tables) {
      const { Parameters, PartitionKeys } = catalog.get(table.name)!;
      expect(PartitionKeys.map(({ Name }) => Name)).toEqual(table.partitions.map(({ name }) => name));
      for (const { name } of table.partitions) expect(Parameters).toHaveProperty([`projection.${name}.type`]);
      expect(Parameters["projection.enabled"]).toBe("true");
    }
  });

  it("project asset classes, intervals, years, months and dates in Athena's words", () => {
    expect(catalog.get("bars_intraday")!.Parameters).toMatchObject({
      "projection.asset_class.type": "enum",
      "projection.asset_class.values": "stock,etf,index,commodity,bond,crypto,forex",
      "projection.interval.values": "1min,5min,15min,30min,1h",
      "projection.month.type": "date",
      "projection.month.format": "yyyy-MM",
      "projection.month.range": "1900-01,NOW",
      "projection.month.interval": "1",
      "projection.month.interval.unit": "MONTHS",
    });
    expect(catalog.get("bars_daily")!.Parameters).toMatchObject({
      "projection.year.type": "integer",
      "projection.year.range": "1900,2050",
    });
    expect(catalog.get("raw_bars")!.Parameters).toMatchObject({
      "projection.dt.type": "date",
      "projection.dt.format": "yyyy-MM-dd",
      "projection.dt.interval.unit": "DAYS",
    });
  });

  it("hide no period that a bar may be of, from the first on", () => {
    const firstMs = Date.UTC(1900, 0);
    expect([isBarTime(firstMs), isBarTime(firstMs - 1)]).toEqual([true, false]);
    const starts = [...catalog.values()].flatMap(({ Parameters, PartitionKeys }) =>
      PartitionKeys.filter(({ Name }) => Name === "year" || Name === "month").map(({ Name }) => ({
        start: String(Parameters[`projection.${Name}.range`]).split(",")[0]!,
        first: periodOf(Name === "year" ? "1d" : "1h", firstMs),
      })),
    );
    expect(starts.length).toBeGreaterThan(3);
    for (const { start, first } of starts) expect(start).toBe(first);
  });

  it("look for partitions in the bucket of their zone", () => {
    expect(location("raw_bars")).toContain("ExportsOutputRefRaw");
    expect(location("bars_daily")).toContain("ExportsOutputRefCurated");
  });

  it("stay within Glue's limits for comments", () => {
    for (const { StorageDescriptor } of catalog.values()) {
      for (const { Comment } of StorageDescriptor.Columns) {
        expect(Comment.length).toBeLessThanOrEqual(255);
        expect(Comment).not.toContain("\n");
      }
    }
  });
});

describe("location templates", () => {
  const intraday: Series = { assetClass: "crypto", interval: "15min" };
  const daily: Series = { assetClass: "stock", interval: "1d" };
  const raw = rawBarsKey({
    ...intraday,
    provider: "synthetic",
    runId: "run",
    scheduledMs: Date.UTC(2026, 10, 20),
    contentHash: "0a",
    shard: 3,
  });
  const values = {
    asset_class: "crypto",
    interval: "15min",
    dt: "2026-11-20",
    month: "2026-11",
    year: "2026",
  };

  it.each<[string, string, Record<string, string>]>([
    ["raw_bars", raw, values],
    ["quarantine", quarantineKey(parseRawBarsKey(raw)!), values],
    ["bars_intraday", barsKey(intraday, "2026-11", 3), values],
    ["bars_daily", barsKey(daily, "2026", 3), { ...values, asset_class: "stock" }],
    ["indicators_intraday", indicatorsKey(intraday, "2026-11", 3), values],
    ["indicators_daily", indicatorsKey(daily, "2026", 3), { ...values, asset_class: "stock" }],
  ])("of %s gives the folder of its objects", (name, key, partition) => {
    const table = tables.find((candidate) => candidate.name === name)!;
    const folder = locationTemplate(table).replace(/\$\{(\w+)\}/g, (_, column: string) => partition[column]!);
    expect(key.slice(0, key.lastIndexOf("/") + 1)).toBe(folder);
  });
});

/** DuckDB's names, so that the engine itself says which columns a view has. */
const duckdbTypes: Record<ColumnType, string> = {
  string: "VARCHAR",
  double: "DOUBLE",
  bigint: "BIGINT",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
  date: "DATE",
};

async function emptyLake() {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  for (const { name, columns, partitions } of tables) {
    const declared = [...columns, ...partitions.map(partitionColumn)];
    const list = declared.map((column) => `"${column.name}" ${duckdbTypes[column.type]}`).join(", ");
    await connection.run(`create table ${name} (${list})`);
  }
  for (const { name, sql } of views) await connection.run(`create view ${name} as ${sql}`);
  return connection;
}

describe("views", () => {
  it("have the columns that they declare", async () => {
    const connection = await emptyLake();
    for (const { name, columns } of views) {
      const described = await connection.runAndReadAll(`describe ${name}`);
      expect(described.getRows().map(([column, type]) => [column, type])).toEqual(
        columns.map((column) => [column.name, duckdbTypes[column.type]]),
      );
    }
    connection.closeSync();
  });

  it("are stored as Athena stores them", () => {
    const { TableType, Parameters, ViewOriginalText } = catalog.get("market_indices")!;
    expect({ TableType, Parameters }).toEqual({
      TableType: "VIRTUAL_VIEW",
      Parameters: { presto_view: "true", comment: "Presto View" },
    });
    const encoded = /^\/\* Presto View: (\S+) \*\/$/.exec(ViewOriginalText!)![1]!;
    expect(JSON.parse(Buffer.from(encoded, "base64").toString("utf8"))).toEqual({
      originalSql: views.find(({ name }) => name === "market_indices")!.sql,
      catalog: "awsdatacatalog",
      schema: "marketlake_dev",
      columns: [
        { name: "symbol", type: "varchar" },
        { name: "first_session", type: "date" },
        { name: "last_session", type: "date" },
        { name: "sessions", type: "bigint" },
      ],
    });
  });
});

describe("named queries", () => {
  it("say what they answer", () => {
    for (const { description } of readNamedQueries()) expect(description).toMatch(/\?/);
  });

  it("run on the declared tables and views", async () => {
    const connection = await emptyLake();
    const queries = readNamedQueries();
    expect(queries.length).toBeGreaterThanOrEqual(6);
    for (const { sql } of queries) {
      expect((await connection.runAndReadAll(sql)).getRows()).toEqual([]);
    }
    connection.closeSync();
  });
});

describe("the Athena workgroup", () => {
  it("enforces an encrypted output location and a scan limit", () => {
    const workgroups = resourcesOf(templates, "AWS::Athena::WorkGroup");
    expect(workgroups).toHaveLength(1);
    expect(workgroups[0]!.properties["WorkGroupConfiguration"]).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      PublishCloudWatchMetricsEnabled: true,
      BytesScannedCutoffPerQuery: 10_000_000_000,
      EngineVersion: { SelectedEngineVersion: "Athena engine version 3" },
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: "SSE_S3" } },
    });
  });
});
