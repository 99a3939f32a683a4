import type { SQSRecord } from "aws-lambda";

/** Message attribute that follows a run through all stages: its run id. */
const correlationAttribute = "correlationId";

/** One delivery of a message, freed from the shape of the event. */
export interface Delivery {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** 1 on first delivery. */
  readonly receiveCount: number;
  readonly correlationId: string;
  /** Of a message from a FIFO queue. */
  readonly group?: string;
}

export function toDelivery(record: SQSRecord): Delivery {
  const attributes: Record<string, string> = {};
  for (const [name, { stringValue }] of Object.entries(record.messageAttributes)) {
    if (stringValue !== undefined) attributes[name] = stringValue;
  }
  const group = record.attributes.MessageGroupId;
  return {
    messageId: record.messageId,
    body: record.body,
    attributes,
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    // A message that someone sent by hand is followed by its own id.
    correlationId: attributes[correlationAttribute] ?? record.messageId,
    ...(group === undefined ? {} : { group }),
  };
}
