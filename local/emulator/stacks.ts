import {
  type CloudFormationClient,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import { TerminalError } from "../../core/errors.ts";
import type { Template } from "../wiring/templates.ts";
import { type Identity, identityKey, identitySchema } from "../../lib/identity.ts";

export interface DeployedResource {
  readonly type: string;
  readonly logicalId: string;
  /** Name of a bucket, function or schedule; URL of a queue. */
  readonly physicalId: string;
  readonly identity: Identity | null;
}

/** The resources of deployed stacks. A stack that is not there has none. */
export async function deployedResources(
  client: CloudFormationClient,
  stackNames: readonly string[],
): Promise<DeployedResource[]> {
  const resources = await Promise.all(stackNames.map((name) => resourcesOf(client, name)));
  return resources.flat();
}

async function resourcesOf(client: CloudFormationClient, stackName: string): Promise<DeployedResource[]> {
  const described = await client
    .send(new DescribeStackResourcesCommand({ StackName: stackName }))
    .catch((error: unknown) => {
      if (error instanceof Error && /does not exist/.test(error.message)) return null;
      throw new TerminalError(`cannot list the resources of stack "${stackName}"`, { cause: error });
    });
  if (described === null) return [];
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: stackName }));
  const template = JSON.parse(TemplateBody ?? "{}") as Template;
  return (described.StackResources ?? []).map(({ ResourceType, LogicalResourceId, PhysicalResourceId }) => {
    const identity = template.Resources?.[LogicalResourceId ?? ""]?.Metadata?.[identityKey];
    return {
      type: ResourceType ?? "",
      logicalId: LogicalResourceId ?? "",
      physicalId: PhysicalResourceId ?? "",
      identity: identity === undefined ? null : identitySchema.parse(identity),
    };
  });
}
