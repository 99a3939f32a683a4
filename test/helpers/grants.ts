/** What the roles of functions grant, cut into single grants, and which of them the recorded calls need. */
import type { FunctionId } from "../../lib/identity.ts";
import { compilePolicy } from "../../local/policy/evaluate.ts";
import type { FunctionCall } from "../../local/policy/guard.ts";
import type { Statement } from "../../local/policy/statement.ts";
import type { Wiring } from "../../local/wiring.ts";

export interface Grant {
  readonly functionId: FunctionId;
  readonly action: string;
  readonly resource: string;
}

/** Statements of one action and one resource, which together allow what `policy` allows. */
function atomic(policy: readonly Statement[]): Statement[] {
  return policy.flatMap((statement) => {
    const { Effect, Action, Resource } = statement;
    if (Effect === "Deny" || Action === undefined || Resource === undefined) return [statement];
    return Action.flatMap((action) => Resource.map((resource) => single(statement, action, resource)));
  });
}

function single({ Effect, Condition }: Statement, action: string, resource: string): Statement {
  const granted = { Effect, Action: [action], Resource: [resource] };
  return Condition === undefined ? granted : { ...granted, Condition };
}

export function grantsOf({ functions }: Pick<Wiring, "functions">): Grant[] {
  return functions.flatMap(({ id, policy }) =>
    atomic(policy)
      .filter(({ Effect }) => Effect === "Allow")
      .map(({ Action, NotAction, Resource, NotResource }) => ({
        functionId: id,
        action: Action?.[0] ?? `not ${NotAction!.join(", ")}`,
        resource: Resource?.[0] ?? `not ${NotResource!.join(", ")}`,
      })),
  );
}

export function withoutGrant(wiring: Wiring, { functionId, action, resource }: Grant): Wiring {
  const isGrant = ({ Effect, Action, Resource }: Statement) =>
    Effect === "Allow" && Action?.[0] === action && Resource?.[0] === resource;
  return changePolicy(wiring, functionId, (policy) => atomic(policy).filter((each) => !isGrant(each)));
}

export function withGrant(wiring: Wiring, { functionId, action, resource }: Grant): Wiring {
  const added: Statement = { Effect: "Allow", Action: [action], Resource: [resource] };
  return changePolicy(wiring, functionId, (policy) => [...policy, added]);
}

export function deniedCalls(wiring: Wiring, calls: readonly FunctionCall[]): FunctionCall[] {
  return wiring.functions.flatMap(({ id, policy }) => {
    const verdict = compilePolicy([...policy, ...wiring.resourcePolicy]);
    return calls.filter((call) => call.functionId === id && !verdict(call).allowed);
  });
}

/** Grants without which every one of the calls would still be allowed. */
export function unusedGrants(wiring: Wiring, calls: readonly FunctionCall[]): Grant[] {
  return grantsOf(wiring).filter((grant) => {
    const own = calls.filter(({ functionId }) => functionId === grant.functionId);
    return deniedCalls(withoutGrant(wiring, grant), own).length === 0;
  });
}

function changePolicy(
  wiring: Wiring,
  functionId: FunctionId,
  change: (policy: readonly Statement[]) => readonly Statement[],
): Wiring {
  const functions = wiring.functions.map((wired) =>
    wired.id === functionId ? { ...wired, policy: change(wired.policy) } : wired,
  );
  return { ...wiring, functions };
}
