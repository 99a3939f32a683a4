import { describe, expect, it } from "vitest";
import { resourceStatements, roleStatements } from "../../local/wiring/read-policies.ts";
import type { Template } from "../../local/wiring/templates.ts";

const statement = (Action: string) => ({ Effect: "Allow", Action, Resource: "*" });
const read = (Action: string) => ({ Effect: "Allow", Action: [Action], Resource: ["*"] });
const document = (...Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });
const template = (Resources: NonNullable<Template["Resources"]>): Template => ({ Resources });
const role = (Properties: Readonly<Record<string, unknown>> = {}) => ({ Type: "AWS::IAM::Role", Properties });

/** What the policy of a bucket says to functions where it says it to `Principal`. */
function statementsAbout(Principal: unknown) {
  const PolicyDocument = document({ ...statement("s3:*"), Principal });
  return resourceStatements([
    template({ B: { Type: "AWS::S3::BucketPolicy", Properties: { PolicyDocument } } }),
  ]);
}

describe("the statements of a role", () => {
  it("come from its own policies and from those attached to it", () => {
    const attached = { Type: "AWS::IAM::Policy", Metadata: {} };
    const templates = [
      template({
        R: role({ Policies: [{ PolicyName: "p", PolicyDocument: document(statement("a:Own")) }] }),
        P: { ...attached, Properties: { Roles: [{ Ref: "R" }], PolicyDocument: document(statement("a:B")) } },
        M: {
          Type: "AWS::IAM::ManagedPolicy",
          Properties: { Roles: [{ Ref: "O" }, { Ref: "R" }], PolicyDocument: document(statement("a:C")) },
        },
        O: role(),
        Q: { ...attached, Properties: { Roles: [{ Ref: "O" }], PolicyDocument: document(statement("a:D")) } },
      }),
    ];
    expect(roleStatements(templates, "R")).toEqual([read("a:Own"), read("a:B"), read("a:C")]);
  });

  it("cannot be read where AWS manages a policy of it", () => {
    const templates = [template({ R: role({ ManagedPolicyArns: ["arn:aws:iam::aws:policy/X"] }) })];
    expect(() => roleStatements(templates, "R")).toThrow(/role "R".*ManagedPolicyArns/s);
  });

  it("cannot be read where no template declares it", () => {
    expect(() => roleStatements([template({})], "R")).toThrow('role "R"');
  });
});

describe("the statements of buckets and queues", () => {
  it.each(["*", { AWS: "*" }])("hold for functions where their principal is %j", (principal) => {
    expect(statementsAbout(principal)).toEqual([read("s3:*")]);
  });

  it("do not hold for functions where they speak of a service", () => {
    expect(statementsAbout({ Service: "logging.s3.amazonaws.com" })).toEqual([]);
  });

  it.each([{ AWS: "arn:aws:iam::1:role/x" }, undefined])("are refused for the principal %j", (principal) => {
    expect(() => statementsAbout(principal)).toThrow("principal");
  });
});
