import { describe, expect, test } from "vitest";
import { compilePolicy, type Call } from "../../../../local/policy/evaluate.ts";
import { statementSchema } from "../../../../local/policy/statement.ts";

/** Expected verdicts follow https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html. */
const call = (changes: Partial<Call> = {}): Call => ({
  action: "s3:GetObject",
  resource: "raw/raw/csv/a.csv",
  context: {},
  ...changes,
});

const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "raw/raw/csv/*" };

function isAllowed(statements: readonly object[], asked: Call = call()): boolean {
  return compilePolicy(statements.map((statement) => statementSchema.parse(statement)))(asked).allowed;
}

function when(Condition: object, context: Call["context"]): boolean {
  return isAllowed([{ ...allow, Condition }], call({ context }));
}

describe("a policy", () => {
  test("denies what no statement allows", () => {
    expect(compilePolicy([])(call())).toEqual({ allowed: false, by: null });
    expect(isAllowed([allow])).toBe(true);
    expect(isAllowed([allow], call({ action: "s3:PutObject" }))).toBe(false);
    expect(isAllowed([allow], call({ resource: "raw/raw/parquet/a" }))).toBe(false);
  });

  test.each([
    [[allow, { ...allow, Effect: "Deny" }]],
    [[{ ...allow, Effect: "Deny" }, allow]],
    [[allow, { Effect: "Deny", Action: "*", Resource: "*" }]],
  ])("denies what a statement denies, whatever others allow: %j", (statements) => {
    expect(isAllowed(statements)).toBe(false);
  });

  test("tells which statement denies a call", () => {
    const deny = statementSchema.parse({ ...allow, Effect: "Deny", Sid: "Never" });
    expect(compilePolicy([statementSchema.parse(allow), deny])(call())).toEqual({ allowed: false, by: deny });
  });
});

describe("actions", () => {
  test.each([
    ["s3:GetObject", true],
    ["S3:getobject", true],
    ["s3:Get*", true],
    ["s3:*", true],
    ["*", true],
    ["s3:GetObjec?", true],
    ["s3:GetObject?", false],
    ["s3:GetObjectAcl", false],
    ["s3:Get", false],
    ["sqs:*", false],
    // A dot stands for itself.
    ["s3.GetObject", false],
  ])("%s of a statement stands for s3:GetObject: %s", (Action, expected) => {
    expect(isAllowed([{ ...allow, Action }])).toBe(expected);
    expect(isAllowed([{ Effect: "Allow", NotAction: Action, Resource: "*" }])).toBe(!expected);
  });

  test("may be listed", () => {
    expect(isAllowed([{ ...allow, Action: ["s3:PutObject", "s3:GetObject"] }])).toBe(true);
    expect(isAllowed([{ Effect: "Allow", NotAction: ["sqs:*", "s3:*"], Resource: "*" }])).toBe(false);
  });
});

describe("resources", () => {
  test.each([
    ["raw/raw/csv/a.csv", true],
    ["raw/*", true],
    ["*", true],
    ["raw/*/a.csv", true],
    ["raw/raw/csv/?.csv", true],
    ["raw/raw/csv/??.csv", false],
    ["RAW/*", false],
    ["raw", false],
    ["aw/raw/csv/a.csv", false],
    ["raw/raw/csv/a+csv", false],
  ])("%s of a statement stands for raw/raw/csv/a.csv: %s", (Resource, expected) => {
    expect(isAllowed([{ ...allow, Resource }])).toBe(expected);
    expect(isAllowed([{ Effect: "Allow", Action: "*", NotResource: Resource }])).toBe(!expected);
  });

  test("with a line break are matched whole", () => {
    expect(isAllowed([allow], call({ resource: "raw/raw/csv/a\nb" }))).toBe(true);
  });
});

/** As https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html has them. */
describe("conditions", () => {
  test.each([
    [{ StringEquals: { "s3:prefix": "raw/" } }, { "s3:prefix": "raw/" }, true],
    [{ StringEquals: { "s3:prefix": "raw/" } }, { "s3:prefix": "RAW/" }, false],
    [{ StringEquals: { "s3:prefix": ["a", "raw/"] } }, { "s3:prefix": "raw/" }, true],
    [{ StringEquals: { "s3:prefix": "raw/*" } }, { "s3:prefix": "raw/csv" }, false],
    [{ StringEquals: { "s3:prefix": "raw/" } }, {}, false],
    [{ StringLike: { "s3:prefix": "raw/*" } }, { "s3:prefix": "raw/csv" }, true],
    [{ StringLike: { "s3:prefix": "raw/*" } }, { "s3:prefix": "curated/" }, false],
    [{ StringLike: { "s3:prefix": "*" } }, {}, false],
    [{ Bool: { "s3:ObjectCreationOperation": true } }, { "s3:objectcreationoperation": "true" }, true],
    [{ Bool: { "s3:ObjectCreationOperation": "true" } }, { "s3:objectcreationoperation": "false" }, false],
    [{ Bool: { "aws:SecureTransport": "false" } }, {}, false],
    [{ Null: { "s3:if-none-match": "true" } }, {}, true],
    [{ Null: { "s3:if-none-match": "true" } }, { "s3:if-none-match": "*" }, false],
    [{ Null: { "s3:if-none-match": false } }, { "s3:if-none-match": "*" }, true],
    [{ NumericLessThan: { "s3:TlsVersion": 1.2 } }, { "s3:tlsversion": "1.1" }, true],
    [{ NumericLessThan: { "s3:TlsVersion": 1.2 } }, { "s3:tlsversion": "1.2" }, false],
    [{ NumericLessThan: { "s3:TlsVersion": 1.2 } }, {}, false],
  ])("%j hold for %j: %s", (condition, context, expected) => {
    expect(when(condition, context as Call["context"])).toBe(expected);
  });

  test("must all hold", () => {
    const both = { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } };
    expect(when(both, { "s3:objectcreationoperation": "true" })).toBe(true);
    expect(when(both, { "s3:objectcreationoperation": "true", "s3:if-none-match": "*" })).toBe(false);
    expect(when({ StringEquals: { a: "1", b: "2" } }, { a: "1" })).toBe(false);
  });

  test("of an unknown operator are refused, not passed over", () => {
    expect(() => when({ DateLessThan: { "aws:CurrentTime": "2026-01-01" } }, {})).toThrow("DateLessThan");
  });
});

describe("a statement", () => {
  test.each([
    { Effect: "Allow", Resource: "*" },
    { Effect: "Allow", Action: "*", NotAction: "*", Resource: "*" },
    { Effect: "Allow", Action: "*" },
    { Effect: "Allow", Action: "*", Resource: "*", NotResource: "*" },
    { Effect: "allow", Action: "*", Resource: "*" },
    { Effect: "Allow", Action: "*", Resource: "*", Principal: "*" },
  ])("is refused where it is not whole: %j", (statement) => {
    expect(statementSchema.safeParse(statement).success).toBe(false);
  });
});
