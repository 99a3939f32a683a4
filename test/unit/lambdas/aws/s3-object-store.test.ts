import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { StoreUnavailableError, TerminalError, TransientError } from "../../../../core/errors.ts";
import { S3ObjectStore } from "../../../../lambdas/shared/aws/s3-object-store.ts";

const s3 = mockClient(S3Client);
const store = new S3ObjectStore(new S3Client({ region: "us-east-1" }), "lake");
const bytes = new Uint8Array([1]);

/** Error codes and statuses: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const s3Error = (name: string, status: number) =>
  new S3ServiceException({
    name,
    message: name,
    $fault: status < 500 ? "client" : "server",
    $metadata: { httpStatusCode: status },
  });

beforeEach(() => {
  s3.reset();
});

describe("a create-only put", () => {
  test("asks with If-None-Match", async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
    await store.put("raw/a", bytes, { absent: true });
    expect(s3.commandCalls(PutObjectCommand)[0]!.args[0].input).toMatchObject({ IfNoneMatch: "*" });
  });

  test.each([
    ["PreconditionFailed", 412],
    ["ConditionalRequestConflict", 409],
  ])("has lost its race at %s", async (name, status) => {
    s3.on(PutObjectCommand).rejects(s3Error(name, status));
    expect(await store.put("raw/a", bytes, { absent: true })).toEqual({ written: false });
  });
});

describe("a delete of one version", () => {
  test("asks with If-Match", async () => {
    s3.on(DeleteObjectCommand).resolves({});
    expect(await store.delete("curated/a", { etag: '"e"' })).toBe(true);
    expect(s3.commandCalls(DeleteObjectCommand)[0]!.args[0].input).toMatchObject({ IfMatch: '"e"' });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
  test.each([
    ["PreconditionFailed", 412],
    ["ConditionalRequestConflict", 409],
    ["NoSuchKey", 404],
  ])("has lost its race at %s", async (name, status) => {
    s3.on(DeleteObjectCommand).rejects(s3Error(name, status));
    expect(await store.delete("curated/a", { etag: '"e"' })).toBe(false);
  });

  test("of any version asks for nothing, and every refusal is an error", async () => {
    s3.on(DeleteObjectCommand).resolvesOnce({}).rejects(s3Error("AccessDenied", 403));
    expect(await store.delete("curated/a")).toBe(true);
    expect(s3.commandCalls(DeleteObjectCommand)[0]!.args[0].input).not.toHaveProperty("IfMatch");
    await expect(store.delete("curated/a", { etag: '"e"' })).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});

describe("errors of S3", () => {
  test.each([
    ["SlowDown", 503],
    ["InternalError", 500],
    ["ThrottlingException", 400],
    ["RequestTimeout", 400],
    ["ExpiredToken", 400],
  ])("%s is transient", async (name, status) => {
    s3.on(GetObjectCommand).rejects(s3Error(name, status));
    await expect(store.get("a")).rejects.toThrow(TransientError);
  });

  test("a connection that breaks off is transient", async () => {
    s3.on(GetObjectCommand).rejects(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
    await expect(store.get("a")).rejects.toThrow(TransientError);
  });

  test.each([
    ["AccessDenied", 403],
    ["NoSuchBucket", 404],
  ])("%s needs someone to act and names bucket and key", async (name, status) => {
    s3.on(PutObjectCommand).rejects(s3Error(name, status));
    const error = await store.put("curated/a", bytes).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect((error as Error).message).toContain('write "curated/a" in bucket "lake"');
  });

  test("any other refusal is terminal", async () => {
    s3.on(PutObjectCommand).rejects(s3Error("EntityTooLarge", 400));
    await expect(store.put("a", bytes)).rejects.toThrow(TerminalError);
  });

  test("a failed precondition that nobody asked for is terminal", async () => {
    s3.on(PutObjectCommand).rejects(s3Error("PreconditionFailed", 412));
    await expect(store.put("a", bytes)).rejects.toThrow(TerminalError);
  });
});
