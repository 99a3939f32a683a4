import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { BucketName } from "../identity.ts";
import { acknowledge } from "./acknowledge.ts";
import { identify } from "./identify.ts";

const abandonedUploadDays = 1;

interface LakeBucketProps extends Pick<BucketProps, "removalPolicy" | "versioned" | "lifecycleRules"> {
  /** Receives the access logs, under the bucket's name. */
  readonly accessLogs?: LakeBucket;
}

/**
 * A private bucket. Encrypted with keys that S3 manages: a key of our own would cost a dollar a month and a request per
 * object, and would protect against nothing that the bucket policy does not.
 */
export class LakeBucket extends Bucket {
  constructor(scope: Construct, id: string, name: BucketName, { accessLogs, ...props }: LakeBucketProps) {
    super(scope, id, {
      ...props,
      ...(accessLogs === undefined
        ? {}
        : // A cast, because CDK's Bucket does not fit its own interface under exactOptionalPropertyTypes.
          { serverAccessLogsBucket: accessLogs as IBucket, serverAccessLogsPrefix: `${name}/` }),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(abandonedUploadDays) },
        ...(props.lifecycleRules ?? []),
      ],
    });
    identify(this, { kind: "bucket", name });
  }

  /** Listing spans the bucket, because without it S3 answers 403 instead of 404 for a key that has no object. */
  allowReading(role: Role, prefixes: readonly string[]): void {
    this.#allow(role, "s3:GetObject", prefixes);
    role.addToPolicy(new PolicyStatement({ actions: ["s3:ListBucket"], resources: [this.bucketArn] }));
  }

  /** Creating and replacing objects; deleting is nobody's. */
  allowWriting(role: Role, prefixes: readonly string[]): void {
    this.#allow(role, "s3:PutObject", prefixes);
  }

  #allow(role: Role, action: string, prefixes: readonly string[]): void {
    const resources = prefixes.map((prefix) => this.arnForObjects(`${prefix}*`));
    role.addToPolicy(new PolicyStatement({ actions: [action], resources }));
    acknowledge(
      role,
      prefixes.map((prefix) => ({
        id: `AwsSolutions-IAM5[Resource::${this.#importedArn()}/${prefix}*]`,
        reason: `Keys below ${prefix} are made at run time; the function works on this prefix and no other.`,
      })),
    );
  }

  /** The bucket's ARN as cdk-nag spells it in a finding of the stack that uses the bucket. */
  #importedArn(): string {
    const stack = Stack.of(this);
    return stack.resolve(stack.exportValue(this.bucketArn))["Fn::ImportValue"];
  }
}
