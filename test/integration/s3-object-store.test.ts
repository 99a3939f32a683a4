import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StoreUnavailableError } from "../../core/errors.ts";
import { S3ObjectStore } from "../../lambdas/shared/aws/s3-object-store.ts";
import { objectStoreContract } from "../contract/object-store.contract.ts";
import { startEmulator, type Emulator } from "../helpers/emulator.ts";

let emulator: Emulator;
let buckets = 0;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

function freshBucket(): string {
  const { bucketName } = emulator.server.createBucket(`lake-${++buckets}`);
  return bucketName;
}

objectStoreContract("S3ObjectStore", () => ({ subject: new S3ObjectStore(emulator.s3, freshBucket()) }));

describe("S3ObjectStore on a bucket that is not there", () => {
  test("names the bucket and the key in a terminal error", async () => {
    const store = new S3ObjectStore(emulator.s3, "absent-bucket");
    const error = await store.get("curated/a").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect((error as Error).message).toContain('"absent-bucket"');
    expect((error as Error).message).toContain('"curated/a"');
  });
});
