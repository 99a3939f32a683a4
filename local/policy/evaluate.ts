/** How IAM decides: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
import { compileConditions, type CallContext } from "./conditions.ts";
import type { Statement } from "./statement.ts";
import { wildcardPattern } from "./wildcards.ts";

export interface Call {
  /** As IAM names it: `s3:GetObject`. */
  readonly action: string;
  /** Embedded name: `<queue>`, `<bucket>` or `<bucket>/<key>`. */
  readonly resource: string;
  readonly context: CallContext;
}

/** `by`: the statement that forbids the call; null where none allows it. */
export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly by: Statement | null };

export type Policy = (call: Call) => Verdict;

interface Compiled {
  readonly statement: Statement;
  readonly coversAction: (action: string) => boolean;
  readonly coversResource: (resource: string) => boolean;
  readonly holds: (context: CallContext) => boolean;
}

const allowed: Verdict = { allowed: true };
const notGranted: Verdict = { allowed: false, by: null };

/**
 * A call is allowed where a statement allows it and none denies it. Policies of a role and of the resource it calls can
 * be taken together, as both are of one account.
 * @throws TerminalError for a condition operator that is not known.
 */
export function compilePolicy(statements: readonly Statement[]): Policy {
  const compiled = statements.map(compileStatement);
  // Functions call a handful of actions thousands of times.
  const byAction = new Map<string, readonly Compiled[]>();
  const covering = (action: string): readonly Compiled[] => {
    const known = byAction.get(action);
    if (known !== undefined) return known;
    const found = compiled.filter(({ coversAction }) => coversAction(action));
    byAction.set(action, found);
    return found;
  };
  return ({ action, resource, context }) => {
    let verdict = notGranted;
    for (const { statement, coversResource, holds } of covering(action)) {
      if (!coversResource(resource) || !holds(context)) continue;
      if (statement.Effect === "Deny") return { allowed: false, by: statement };
      verdict = allowed;
    }
    return verdict;
  };
}

function compileStatement(statement: Statement): Compiled {
  return {
    statement,
    // Names of actions have no case, names of resources do.
    coversAction: covers(statement.Action, statement.NotAction, "i"),
    coversResource: covers(statement.Resource, statement.NotResource),
    holds: compileConditions(statement),
  };
}

function covers(named: readonly string[] | undefined, others: readonly string[] = [], flags = "") {
  const patterns = (named ?? others).map((pattern) => wildcardPattern(pattern, flags));
  const isNamed = (text: string) => patterns.some((pattern) => pattern.test(text));
  return named === undefined ? (text: string) => !isNamed(text) : isNamed;
}
