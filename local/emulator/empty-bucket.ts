import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from "@aws-sdk/client-s3";
import { TerminalError } from "../../core/errors.ts";

/** A thousand versions each. */
const roundsMax = 10_000;

/** Deletes every version of every object, so that the bucket can be deleted. */
export async function emptyBucket(s3: S3Client, bucket: string): Promise<void> {
  for (let round = 0; round < roundsMax; round++) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const versions: ObjectIdentifier[] = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }) => ({ Key, VersionId }),
    );
    if (versions.length === 0) return;
    const { Errors: errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: versions, Quiet: true } }),
    );
    if (errors.length > 0) {
      throw new TerminalError(
        `cannot empty bucket "${bucket}": ${errors[0]!.Code} for "${errors[0]!.Key}"; delete it by hand`,
      );
    }
  }
  throw new TerminalError(`bucket "${bucket}" is still not empty after ${roundsMax} thousand deletions`);
}
