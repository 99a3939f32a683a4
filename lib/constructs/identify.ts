import type { CfnResource } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { type Identity, identityKey } from "../identity.ts";

/** Writes the identity of an L2 construct into the metadata of its resource. */
export function identify(construct: IConstruct, identity: Identity): void {
  (construct.node.defaultChild as CfnResource).addMetadata(identityKey, identity);
}
