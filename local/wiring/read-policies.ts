/** What functions may do: the policies of their roles, and what the policies of buckets and queues say to everyone. */
import { z } from "zod";
import { TerminalError } from "../../core/errors.ts";
import { type Statement, statementSchema } from "../policy/statement.ts";
import { readResources, type Template } from "./templates.ts";

const documentSchema = z.object({ Statement: z.array(z.unknown()) });
const attachedSchema = z.object({ PolicyDocument: documentSchema, Roles: z.array(z.string()) });
const roleSchema = z.object({
  ManagedPolicyArns: z.array(z.string()).max(0).optional(),
  Policies: z.array(z.object({ PolicyDocument: documentSchema })).default([]),
});
const resourcePolicySchema = z.object({ PolicyDocument: documentSchema });
const principalSchema = z.union([
  z.literal("*"),
  z.strictObject({ AWS: z.literal("*") }),
  z.strictObject({ Service: z.unknown() }),
]);

/**
 * The statements of a role, by its logical id.
 * @throws TerminalError for a role that holds a policy of AWS, whose text no template has.
 */
export function roleStatements(templates: readonly Template[], role: string): Statement[] {
  const own = readResources(templates, ["AWS::IAM::Role"]).find(({ logicalId }) => logicalId === role);
  const parsed = roleSchema.safeParse(own?.properties);
  if (!parsed.success) {
    throw new TerminalError(
      `role "${role}" is expected in the templates, without policies that AWS manages; grant what it needs by name:\n${z.prettifyError(parsed.error)}`,
    );
  }
  const attached = readResources(templates, ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"])
    .map(({ properties }) => attachedSchema.parse(properties))
    .filter(({ Roles }) => Roles.includes(role));
  return [...parsed.data.Policies, ...attached].flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.map((statement) => statementSchema.parse(statement)),
  );
}

/**
 * The statements about every caller in the policies of buckets and queues. Statements about services of AWS are left
 * out: no function is one.
 * @throws TerminalError for a statement about single callers.
 */
export function resourceStatements(templates: readonly Template[]): Statement[] {
  return readResources(templates, ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"])
    .flatMap(({ properties }) => resourcePolicySchema.parse(properties).PolicyDocument.Statement)
    .flatMap((value) => {
      const { Principal, ...statement } = value as { readonly Principal?: unknown };
      return isEveryone(Principal) ? [statementSchema.parse(statement)] : [];
    });
}

function isEveryone(value: unknown): boolean {
  const principal = principalSchema.safeParse(value);
  if (principal.success) return principal.data === "*" || "AWS" in principal.data;
  throw new TerminalError(
    `a policy of a bucket or queue speaks of the principal ${JSON.stringify(value)}, who is nobody embedded; grant it to the role of the function instead`,
  );
}
