import { S3Client } from "@aws-sdk/client-s3";
import type { ObjectStore } from "../../../core/ports.ts";
import { clientLimits } from "./clients.ts";
import { S3ObjectStore } from "./s3-object-store.ts";

/** Emulators know buckets by path; S3 itself prefers them in the host name. */
const s3Addressing = { forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined };

/** Stores by bucket, over one client. */
export function awsStores(): (bucket: string) => ObjectStore {
  const s3 = new S3Client({ ...clientLimits, ...s3Addressing });
  return (bucket) => new S3ObjectStore(s3, bucket);
}
