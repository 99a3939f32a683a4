/** Condition operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
import { TerminalError } from "../../core/errors.ts";
import type { Statement } from "./statement.ts";
import { wildcardPattern } from "./wildcards.ts";

/** What is known of a call, by condition key in lower case: IAM does not tell cases of keys apart. */
export type CallContext = Readonly<Record<string, string>>;

/** `actual` is undefined where the call has no such key: then only `Null` can hold. */
type Operator = (expected: readonly string[], actual: string | undefined) => boolean;

/** Those that the templates use. */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: anyOf((expected, actual) => expected === actual),
  StringLike: anyOf((expected, actual) => wildcardPattern(expected).test(actual)),
  Bool: anyOf((expected, actual) => expected.toLowerCase() === actual.toLowerCase()),
  NumericLessThan: anyOf((expected, actual) => Number(actual) < Number(expected)),
  Null: (expected, actual) => expected.some((isNull) => (isNull === "true") === (actual === undefined)),
};

/**
 * Whether all conditions of a statement hold for a call.
 * @throws TerminalError for an operator that is not known here.
 */
export function compileConditions({ Condition = {} }: Statement): (context: CallContext) => boolean {
  const conditions = Object.entries(Condition).flatMap(([name, keys]) => {
    const holds = operators[name];
    if (holds === undefined) {
      throw new TerminalError(
        `condition operator "${name}" is not known; known are ${Object.keys(operators).join(", ")}, add it to local/policy/conditions.ts`,
      );
    }
    return Object.entries(keys).map(([key, expected]) => ({ holds, key: key.toLowerCase(), expected }));
  });
  return (context) => conditions.every(({ holds, key, expected }) => holds(expected, context[key]));
}

function anyOf(matches: (expected: string, actual: string) => boolean): Operator {
  return (expected, actual) => actual !== undefined && expected.some((value) => matches(value, actual));
}
