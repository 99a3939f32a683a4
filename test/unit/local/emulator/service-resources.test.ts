import { AthenaClient, CreateNamedQueryCommand, CreateWorkGroupCommand } from "@aws-sdk/client-athena";
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteTableCommand,
  GlueClient,
} from "@aws-sdk/client-glue";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { emulatorClients } from "../../../../local/emulator/clients.ts";
import type { MissingResource } from "../../../../local/emulator/missing-types.ts";
import {
  createThroughServices,
  removeThroughServices,
} from "../../../../local/emulator/service-resources.ts";

const athena = mockClient(AthenaClient);
const glue = mockClient(GlueClient);
const clients = emulatorClients("http://127.0.0.1:1");
const physicalIds = new Map([["Curated", "bucket-1"]]);

const database: MissingResource = {
  logicalId: "Database",
  type: "AWS::Glue::Database",
  properties: { CatalogId: { Ref: "AWS::AccountId" }, DatabaseInput: { Name: "lake" } },
};
const table: MissingResource = {
  logicalId: "Table",
  type: "AWS::Glue::Table",
  properties: {
    DatabaseName: { Ref: "Database" },
    TableInput: {
      Name: "bars",
      StorageDescriptor: { Location: { "Fn::Join": ["", ["s3://", { Ref: "Curated" }, "/bars/"]] } },
    },
  },
};
const workgroup: MissingResource = {
  logicalId: "Workgroup",
  type: "AWS::Athena::WorkGroup",
  properties: { Name: "analysts", WorkGroupConfiguration: { EnforceWorkGroupConfiguration: true } },
};
const query: MissingResource = {
  logicalId: "Query",
  type: "AWS::Athena::NamedQuery",
  properties: {
    Name: "movers",
    Description: "d",
    Database: "lake",
    QueryString: "select 1",
    WorkGroup: { Ref: "Workgroup" },
  },
};

beforeEach(() => {
  athena.reset();
  glue.reset();
  athena.rejects(new Error("not there"));
  glue.rejects(new Error("not there"));
});

describe("resources made through their services", () => {
  it("refer to what is deployed and to each other by name", async () => {
    glue.on(CreateDatabaseCommand).resolves({});
    glue.on(CreateTableCommand).resolves({});
    athena.on(CreateWorkGroupCommand).resolves({});
    athena.on(CreateNamedQueryCommand).resolves({});
    const leftOut = await createThroughServices(clients, [database, table, workgroup, query], physicalIds);
    expect(leftOut).toEqual([]);
    expect(glue.commandCalls(CreateTableCommand)[0]!.args[0].input).toEqual({
      DatabaseName: "lake",
      TableInput: { Name: "bars", StorageDescriptor: { Location: "s3://bucket-1/bars/" } },
    });
    expect(athena.commandCalls(CreateWorkGroupCommand)[0]!.args[0].input).toEqual({
      Name: "analysts",
      Configuration: { EnforceWorkGroupConfiguration: true },
    });
    expect(athena.commandCalls(CreateNamedQueryCommand)[0]!.args[0].input.WorkGroup).toBe("analysts");
  });

  it("are left out with the reason where a service is missing or a type has none", async () => {
    const pool: MissingResource = { logicalId: "Pool", type: "AWS::Cognito::UserPool", properties: {} };
    expect(await createThroughServices(clients, [database, pool], physicalIds)).toEqual([
      { resource: database, reason: "not there" },
      { resource: pool, reason: "the emulator's CloudFormation does not know the type" },
    ]);
  });

  it("say which reference nothing answers", async () => {
    await expect(createThroughServices(clients, [database, table], new Map())).rejects.toThrow(
      'nothing deployed has the logical id "Curated"',
    );
  });

  it("are removed by name, and are no error where they are gone", async () => {
    await removeThroughServices(clients, [database, table, workgroup, query], physicalIds);
    expect(glue.commandCalls(DeleteTableCommand)[0]!.args[0].input).toEqual({
      DatabaseName: "lake",
      Name: "bars",
    });
  });
});
