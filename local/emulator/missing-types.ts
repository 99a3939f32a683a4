/** What an emulator's CloudFormation does not know is taken out of the app before it is deployed. */
import { type CloudFormationClient, ValidateTemplateCommand } from "@aws-sdk/client-cloudformation";
import { type App, CfnResource, Stack } from "aws-cdk-lib";
import { describeError, TerminalError } from "../../core/errors.ts";

/** How MiniStack and AWS word it. LocalStack passes over such resources by itself. */
const unrecognized = /Unrecognized resource types: \[([^\]]*)\]/;

/** A resource that was taken out. Its properties may hold `Ref` and `Fn::Join`. */
export interface MissingResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Removes the resources whose types the endpoint lacks, and returns them in the order of their declaration. */
export async function removeMissingTypes(app: App, client: CloudFormationClient): Promise<MissingResource[]> {
  const resources = app.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
  const missing = await missingTypes(
    client,
    new Set(resources.map(({ cfnResourceType }) => cfnResourceType)),
  );
  const removed = resources.filter(({ cfnResourceType }) => missing.has(cfnResourceType));
  return removed.map((resource) => {
    const stack = Stack.of(resource);
    // oxlint-disable-next-line no-underscore-dangle -- CDK's name for what a resource puts into its template.
    const { Resources } = stack.resolve(resource._toCloudFormation()) as {
      Resources: Record<string, { Properties?: Record<string, unknown> }>;
    };
    const [[logicalId, { Properties: properties }]] = Object.entries(Resources) as [
      [string, { Properties?: Record<string, unknown> }],
    ];
    resource.node.scope!.node.tryRemoveChild(resource.node.id);
    return { logicalId, type: resource.cfnResourceType, properties: properties ?? {} };
  });
}

/** @throws TerminalError where nothing answers at the endpoint. */
export async function requireEmulator(client: CloudFormationClient): Promise<void> {
  await missingTypes(client, new Set(["AWS::S3::Bucket"]));
}

async function missingTypes(client: CloudFormationClient, types: ReadonlySet<string>): Promise<Set<string>> {
  const probe = Object.fromEntries([...types].map((type, index) => [`Type${index}`, { Type: type }]));
  try {
    await client.send(new ValidateTemplateCommand({ TemplateBody: JSON.stringify({ Resources: probe }) }));
    return new Set();
  } catch (error) {
    const match = unrecognized.exec(describeError(error));
    if (match !== null) return new Set(match[1]!.split(",").map((type) => type.trim()));
    const endpoint = await client.config.endpoint?.();
    throw new TerminalError(
      `no emulator of CloudFormation answers at port ${endpoint?.port} of ${endpoint?.hostname}; start one with "docker compose -f localstack-compose.yml up -d", or name another with AWS_ENDPOINT_URL`,
      { cause: error },
    );
  }
}
