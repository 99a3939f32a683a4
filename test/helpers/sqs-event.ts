import type { SQSEvent, SQSRecord } from "aws-lambda";

export interface RecordOptions {
  readonly receiveCount?: number;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly group?: string;
}

/** A record as Lambda's SQS event source delivers it. */
export function sqsRecord(messageId: string, body: unknown, options: RecordOptions = {}): SQSRecord {
  const { receiveCount = 1, attributes = { correlationId: "run-1" }, group } = options;
  return {
    messageId,
    receiptHandle: `handle of ${messageId}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: "0",
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: "0",
      ...(group === undefined ? {} : { MessageGroupId: group }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: "String" }]),
    ),
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:queue",
    awsRegion: "us-east-1",
  };
}

export function sqsEvent(...records: SQSRecord[]): SQSEvent {
  return { Records: records };
}
