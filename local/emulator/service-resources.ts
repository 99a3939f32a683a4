/** Resources of the catalog made through the APIs of their services, where CloudFormation lacks their types. */
import {
  CreateNamedQueryCommand,
  CreateWorkGroupCommand,
  type CreateWorkGroupCommandInput,
  DeleteNamedQueryCommand,
  DeleteWorkGroupCommand,
  GetNamedQueryCommand,
  ListNamedQueriesCommand,
} from "@aws-sdk/client-athena";
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  type DatabaseInput,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  type TableInput,
} from "@aws-sdk/client-glue";
import { describeError } from "../../core/errors.ts";
import type { EmulatorClients } from "./clients.ts";
import type { MissingResource } from "./missing-types.ts";
import { type PhysicalIds, resolveProperties } from "./resolve-properties.ts";

type Properties = Record<string, unknown>;

interface Maker {
  /** The name that `Ref` gives. */
  readonly name: (properties: Properties) => string;
  readonly create: (clients: EmulatorClients, properties: Properties) => Promise<unknown>;
  readonly remove: (clients: EmulatorClients, properties: Properties) => Promise<unknown>;
}

/** A resource that could not be made, and why. */
export interface LeftOut {
  readonly resource: MissingResource;
  readonly reason: string;
}

/** Glue's and Athena's APIs call most properties as CloudFormation does. */
const makers: Readonly<Record<string, Maker>> = {
  "AWS::Glue::Database": {
    name: ({ DatabaseInput }) => (DatabaseInput as DatabaseInput).Name ?? "",
    create: ({ glue }, { DatabaseInput }) =>
      glue.send(new CreateDatabaseCommand({ DatabaseInput: DatabaseInput as DatabaseInput })),
    remove: ({ glue }, { DatabaseInput }) =>
      glue.send(new DeleteDatabaseCommand({ Name: (DatabaseInput as DatabaseInput).Name })),
  },
  "AWS::Glue::Table": {
    name: ({ TableInput }) => (TableInput as TableInput).Name ?? "",
    create: ({ glue }, { DatabaseName, TableInput }) =>
      glue.send(
        new CreateTableCommand({
          DatabaseName: String(DatabaseName),
          TableInput: TableInput as TableInput,
        }),
      ),
    remove: ({ glue }, { DatabaseName, TableInput }) =>
      glue.send(
        new DeleteTableCommand({ DatabaseName: String(DatabaseName), Name: (TableInput as TableInput).Name }),
      ),
  },
  "AWS::Athena::WorkGroup": {
    name: ({ Name }) => String(Name),
    create: ({ athena }, { WorkGroupConfiguration, ...properties }) =>
      athena.send(
        new CreateWorkGroupCommand({
          ...properties,
          Configuration: WorkGroupConfiguration,
        } as CreateWorkGroupCommandInput),
      ),
    remove: ({ athena }, { Name }) =>
      athena.send(new DeleteWorkGroupCommand({ WorkGroup: String(Name), RecursiveDeleteOption: true })),
  },
  "AWS::Athena::NamedQuery": {
    name: ({ Name }) => String(Name),
    create: ({ athena }, { Name, Description, Database, QueryString, WorkGroup }) =>
      athena.send(
        new CreateNamedQueryCommand({
          Name: String(Name),
          Description: String(Description),
          Database: String(Database),
          QueryString: String(QueryString),
          WorkGroup: String(WorkGroup),
        }),
      ),
    remove: removeNamedQuery,
  },
};

/** Makes the resources, replacing those of an earlier deployment; returns those that could not be made. */
export async function createThroughServices(
  clients: EmulatorClients,
  resources: readonly MissingResource[],
  physicalIds: PhysicalIds,
): Promise<LeftOut[]> {
  const leftOut: LeftOut[] = [];
  for (const { resource, maker, properties } of resolved(resources, physicalIds)) {
    if (maker === undefined) {
      leftOut.push({ resource, reason: "the emulator's CloudFormation does not know the type" });
      continue;
    }
    await maker.remove(clients, properties).catch(() => {
      // Nothing to replace. If it is something else, creating fails too and says so.
    });
    try {
      await maker.create(clients, properties);
    } catch (error) {
      leftOut.push({ resource, reason: describeError(error) });
    }
  }
  return leftOut;
}

/** Removes what `createThroughServices` made. What is not there is removed already. */
export async function removeThroughServices(
  clients: EmulatorClients,
  resources: readonly MissingResource[],
  physicalIds: PhysicalIds,
): Promise<void> {
  for (const { maker, properties } of resolved(resources, physicalIds).toReversed()) {
    await maker?.remove(clients, properties).catch(() => {});
  }
}

function resolved(resources: readonly MissingResource[], physicalIds: PhysicalIds) {
  const ids = new Map(physicalIds);
  return resources.map((resource) => {
    const maker = makers[resource.type];
    const properties = maker === undefined ? {} : resolveProperties(resource.properties, ids);
    if (maker !== undefined) ids.set(resource.logicalId, maker.name(properties));
    return { resource, maker, properties };
  });
}

/** Named queries have generated ids, so a query is found by its name. */
async function removeNamedQuery({ athena }: EmulatorClients, { Name, WorkGroup }: Properties): Promise<void> {
  const listed = await athena.send(new ListNamedQueriesCommand({ WorkGroup: String(WorkGroup) }));
  for (const id of listed.NamedQueryIds ?? []) {
    const { NamedQuery: query } = await athena.send(new GetNamedQueryCommand({ NamedQueryId: id }));
    if (query?.Name === Name) await athena.send(new DeleteNamedQueryCommand({ NamedQueryId: id }));
  }
}
