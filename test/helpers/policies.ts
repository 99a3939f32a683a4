/** What the identity policies of a deployment allow, with references written as text. */
import { resourcesOf, type StackTemplates } from "./templates.ts";

export interface AllowStatement {
  readonly actions: readonly string[];
  /** `raw/…` and `curated/…` for objects, `{LogicalId.Arn}…` within the stack. */
  readonly resources: readonly string[];
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

export function allowStatements(templates: StackTemplates): AllowStatement[] {
  return resourcesOf(templates, "AWS::IAM::Policy").flatMap(({ properties }) => {
    const { PolicyDocument } = properties as { PolicyDocument: { Statement: Statement[] } };
    return PolicyDocument.Statement.filter(({ Effect }) => Effect === "Allow").map((statement) => ({
      actions: [statement.Action].flat(),
      resources: (Array.isArray(statement.Resource) ? statement.Resource : [statement.Resource]).map(textOf),
    }));
  });
}

/** Objects lose their bucket's ARN: keys begin with the name of their zone anyway. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const [[name, argument] = ["", undefined]] = Object.entries(value as Record<string, unknown>);
  switch (name) {
    case "Fn::Join":
      return (argument as [string, unknown[]])[1]
        .map(textOf)
        .join("")
        .replace(/^\[import\]\//, "");
    case "Fn::GetAtt":
      return `{${(argument as string[]).join(".")}}`;
    case "Fn::ImportValue":
      return "[import]";
    default:
      return JSON.stringify(value);
  }
}
