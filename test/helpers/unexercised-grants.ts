/** Grants that no port call of a function needs, each with the reason why its role holds them. */
import { type FunctionId, functionIds } from "../../lib/identity.ts";
import type { Grant } from "./grants.ts";

interface Acceptance {
  readonly functions: readonly FunctionId[];
  readonly actions: readonly string[];
  readonly resource: RegExp;
  readonly reason: string;
}

export const unexercisedGrants: readonly Acceptance[] = [
  {
    functions: functionIds,
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resource: /^\w+Logs\w+$/,
    reason: "Lambda writes what a function prints to the function's own log group, in the name of its role.",
  },
  {
    functions: functionIds,
    actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    resource: /^\*$/,
    reason: "Lambda sends the traces of active tracing. X-Ray has no resources to name.",
  },
];

export function isAccepted({ functions, actions, resource }: Acceptance, grant: Grant): boolean {
  return (
    functions.includes(grant.functionId) && actions.includes(grant.action) && resource.test(grant.resource)
  );
}
