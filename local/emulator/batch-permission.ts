import { type App, Stack } from "aws-cdk-lib";
import { CfnPolicy } from "aws-cdk-lib/aws-iam";

interface Statement {
  readonly Action: string | readonly string[];
}

/**
 * AWS allows SendMessageBatch to whoever may `sqs:SendMessage`; MiniStack asks for a permission of the call's name. Adding
 * it lets the functions run under their own roles there, with everything else of the roles as it is on AWS.
 */
export function allowBatchesByName(app: App): void {
  for (const policy of app.node.findAll().filter((construct) => construct instanceof CfnPolicy)) {
    const { Statement: statements } = Stack.of(policy).resolve(policy.policyDocument) as {
      Statement: readonly Statement[];
    };
    for (const [index, { Action }] of statements.entries()) {
      const actions = [Action].flat();
      if (!actions.includes("sqs:SendMessage")) continue;
      policy.addPropertyOverride(`PolicyDocument.Statement.${index}.Action`, [
        ...actions,
        "sqs:SendMessageBatch",
      ]);
    }
  }
}
