import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** A cdk-nag finding that is accepted. `id` is as narrow as the rule allows, e.g. `AwsSolutions-IAM5[Resource::*]`. */
export interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
}

export function acknowledge(construct: IConstruct, acknowledgements: readonly Acknowledgement[]): void {
  for (const acknowledgement of acknowledgements) Validations.of(construct).acknowledge(acknowledgement);
}
