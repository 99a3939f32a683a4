import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { type BatchOptions, processBatch, type ShardMessage } from "./batch.ts";

/**
 * One batch of a FIFO queue: as `processBatch`, but record by record. After one that is to come again the later ones of its
 * group are left for later too, for else they would overtake it:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export async function processInOrder<M extends ShardMessage>(
  event: SQSEvent,
  options: BatchOptions<M>,
): Promise<SQSBatchResponse> {
  const failures: SQSBatchItemFailure[] = [];
  const heldGroups = new Set<string | undefined>();
  for (const record of event.Records) {
    const group = record.attributes.MessageGroupId;
    if (heldGroups.has(group)) {
      failures.push({ itemIdentifier: record.messageId });
      continue;
    }
    const { batchItemFailures } = await processBatch({ Records: [record] }, options);
    if (batchItemFailures.length > 0) heldGroups.add(group);
    failures.push(...batchItemFailures);
  }
  return { batchItemFailures: failures };
}
