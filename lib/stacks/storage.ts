/** The stateful stack: what it holds outlives every deployment of the others. */
import { Annotations, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { StorageClass } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { StageConfig } from "../../core/config/index.ts";
import { acknowledge } from "../constructs/acknowledge.ts";
import { LakeBucket } from "../constructs/lake-bucket.ts";

/** Context that must be `true` beside `storage.removal: "destroy"`, so that no single slip deletes a lake. */
const deleteDataContext = "deleteData";

export class StorageStack extends Stack {
  readonly raw: LakeBucket;
  readonly curated: LakeBucket;
  readonly queryResults: LakeBucket;

  constructor(scope: Construct, id: string, config: StageConfig, props?: StackProps) {
    super(scope, id, { ...props, terminationProtection: config.storage.terminationProtection });
    const removalPolicy = this.#removalPolicy(config);
    const { storage } = config;

    const accessLogs = new LakeBucket(this, "AccessLogs", "access-logs", {
      removalPolicy,
      lifecycleRules: [{ expiration: Duration.days(storage.accessLogDays) }],
    });
    acknowledge(accessLogs, [
      {
        id: "AwsSolutions-S1",
        reason: "It holds the access logs of the others; logging itself would feed back.",
      },
    ]);
    this.raw = new LakeBucket(this, "Raw", "raw", {
      removalPolicy,
      accessLogs,
      versioned: true,
      lifecycleRules: [
        {
          transitions: [
            {
              storageClass: StorageClass.INFREQUENT_ACCESS,
              transitionAfter: Duration.days(storage.rawColdAfterDays),
            },
          ],
        },
      ],
    });
    this.raw.addToResourcePolicy(createOnly(this.raw));
    // Not versioned: every tick rewrites its objects, and all of them can be rebuilt from raw.
    this.curated = new LakeBucket(this, "Curated", "curated", { removalPolicy, accessLogs });
    this.queryResults = new LakeBucket(this, "QueryResults", "query-results", {
      removalPolicy,
      accessLogs,
      lifecycleRules: [{ expiration: Duration.days(storage.queryResultDays) }],
    });
  }

  /** Buckets that still hold objects are never emptied for the user: CloudFormation then refuses to delete them. */
  #removalPolicy({ storage }: StageConfig): RemovalPolicy {
    if (storage.removal === "retain") return RemovalPolicy.RETAIN;
    if (String(this.node.tryGetContext(deleteDataContext)) === "true") return RemovalPolicy.DESTROY;
    Annotations.of(this).addWarningV2(
      "marketlake:retained",
      `storage.removal is "destroy", but the buckets are retained: to delete them, add --context ${deleteDataContext}=true as well.`,
    );
    return RemovalPolicy.RETAIN;
  }
}

/**
 * Refuses every write to `raw/` that could replace an object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html.
 * Parts of a multipart upload create no object and cannot carry the header.
 */
function createOnly(bucket: LakeBucket): PolicyStatement {
  return new PolicyStatement({
    sid: "CreateOnly",
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ["s3:PutObject"],
    resources: [bucket.arnForObjects("raw/*")],
    conditions: {
      Null: { "s3:if-none-match": "true" },
      Bool: { "s3:ObjectCreationOperation": "true" },
    },
  });
}
