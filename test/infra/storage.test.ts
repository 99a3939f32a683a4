import type { Stack } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { buildApp } from "../../lib/app.ts";
import { stageConfig } from "../../core/config/index.ts";
import { resourcesOf, synthesize, withOutput } from "../helpers/templates.ts";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Condition?: Record<string, Record<string, string>>;
  readonly Resource: unknown;
}

const stages = ["dev", "prod"].map((stage) => ({ stage, templates: synthesize(stageConfig(stage)) }));

describe.each(stages)("storage of stage $stage", ({ templates }) => {
  const buckets = resourcesOf(templates, "AWS::S3::Bucket");
  const policyOf = (logicalId: string) =>
    resourcesOf(templates, "AWS::S3::BucketPolicy")
      .filter(({ properties }) => (properties as { Bucket?: { Ref: string } }).Bucket?.Ref === logicalId)
      .flatMap(
        ({ properties }) =>
          (properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement,
      );

  it("keeps its data buckets under their logical ids, for a new id would be a new, empty bucket", () => {
    expect(buckets.map(({ logicalId }) => logicalId)).toEqual([
      "AccessLogs8B620ECA",
      "Raw72517081",
      "CuratedF137945A",
      "QueryResults655BC675",
    ]);
  });

  it("retains every bucket when its stack is deleted or the bucket is replaced", () => {
    for (const { resource } of buckets) {
      expect(resource).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
    }
  });

  it("blocks public access and encrypts every bucket", () => {
    for (const { properties } of buckets) {
      expect(properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      });
    }
  });

  it("denies every bucket to connections without TLS", () => {
    for (const { logicalId } of buckets) {
      expect(policyOf(logicalId)).toContainEqual(
        expect.objectContaining({
          Effect: "Deny",
          Action: "s3:*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      );
    }
  });

  it("refuses to overwrite an object of the raw zone", () => {
    expect(policyOf("Raw72517081")).toContainEqual({
      Sid: "CreateOnly",
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "s3:PutObject",
      Resource: { "Fn::Join": ["", [{ "Fn::GetAtt": ["Raw72517081", "Arn"] }, "/raw/*"]] },
      Condition: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
    });
  });

  it("expires query results and access logs, and nothing else", () => {
    const expiring = buckets.filter(({ properties }) =>
      JSON.stringify(properties).includes("ExpirationInDays"),
    );
    expect(expiring.map(({ logicalId }) => logicalId)).toEqual([
      "AccessLogs8B620ECA",
      "QueryResults655BC675",
    ]);
  });
});

describe("termination protection", () => {
  it.each([
    ["dev", false],
    ["prod", true],
  ])("of the stateful stack of stage %s is %s", (stage, expected) => {
    withOutput((outdir) => {
      const app = buildApp(stageConfig(stage), { bundle: false, validate: false, outdir });
      const stack = app.node.findChild(`marketlake-${stage}-storage`) as Stack;
      expect(stack.terminationProtection).toBe(expected);
    });
  });
});

describe("deletion of data", () => {
  const destroying = {
    ...stageConfig("dev"),
    storage: { ...stageConfig("dev").storage, removal: "destroy" as const },
  };
  const buckets = (context: Record<string, unknown>) =>
    resourcesOf(synthesize(destroying, context), "AWS::S3::Bucket").map(({ resource }) => resource);

  it("does not follow from the configuration alone", () => {
    for (const bucket of buckets({})) expect(bucket).toMatchObject({ DeletionPolicy: "Retain" });
  });

  it("needs the context flag as well", () => {
    for (const bucket of buckets({ deleteData: "true" })) {
      expect(bucket).toMatchObject({ DeletionPolicy: "Delete" });
    }
  });
});
