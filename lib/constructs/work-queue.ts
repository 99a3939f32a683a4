import { Duration } from "aws-cdk-lib";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { ConsumerConfig } from "../../core/config/index.ts";
import { acknowledge } from "./acknowledge.ts";
import { identify } from "./identify.ts";

/**
 * Room for a throttled function to try again before a message is delivered a second time:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const visibilityPerFunctionTimeout = 6;
/**
 * A message that fails holds its lane until it is visible again. So it is hidden only as long as its function may run, and
 * as may pass between the receiving of a message and the function's start.
 */
const laneVisibilityMargin = Duration.seconds(30);
/** The longest SQS keeps a message: whoever is on call has two weeks. */
const deadLetterRetention = Duration.days(14);
/** Shorter than the dead-letter queue's, whose clock starts with the first send. */
const retention = Duration.days(4);

export interface WorkQueueProps {
  readonly name: string;
  readonly consumer: ConsumerConfig;
  /**
   * Makes it a FIFO queue, of the physical name `<fifoName>.fifo`, whose message groups are lanes: in each of them one message
   * after the other. CloudFormation could name it too, but not every emulator's.
   */
  readonly fifoName?: string | undefined;
}

/** A queue with its dead-letter queue, `<name>-dlq`, which is of the same kind. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  constructor(scope: Construct, id: string, { name, consumer, fifoName }: WorkQueueProps) {
    super(scope, id);
    const fifoDlqName = fifoName === undefined ? undefined : `${fifoName}-dlq`;
    this.deadLetterQueue = deadLetterQueue(this, "DeadLetters", name, fifoDlqName);
    this.queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: retention,
      visibilityTimeout: visibilityTimeout(consumer, fifoName !== undefined),
      ...fifoProps(fifoName),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: consumer.maxReceiveCount },
    });
    identify(this.queue, { kind: "queue", name });
  }

  /**
   * Invokes a function with batches of messages. The permissions are what Lambda needs to poll:
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
   */
  invoke(consumer: IFunction, { batchSize, batchWindowMs, maxConcurrency }: ConsumerConfig): void {
    this.queue.grant(consumer, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes");
    consumer.addEventSourceMapping("Source", {
      eventSourceArn: this.queue.queueArn,
      batchSize,
      // SQS gathers no messages of FIFO queues.
      ...(this.queue.fifo ? {} : { maxBatchingWindow: Duration.millis(batchWindowMs) }),
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}

function visibilityTimeout({ timeoutMs, batchWindowMs }: ConsumerConfig, isFifo: boolean): Duration {
  return isFifo
    ? Duration.millis(timeoutMs).plus(laneVisibilityMargin)
    : Duration.millis(visibilityPerFunctionTimeout * timeoutMs + batchWindowMs);
}

/** The scheduler names no deduplication id, so the text counts; limits hold for each lane and not for all together. */
function fifoProps(fifoName: string | undefined): QueueProps {
  if (fifoName === undefined) return {};
  return {
    queueName: `${fifoName}.fifo`,
    fifo: true,
    contentBasedDeduplication: true,
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  };
}

/** CDK's own grant also allows to look up the queue's address and attributes, which no sender of ours does. */
export function allowSending(sender: IGrantable, queue: Queue): void {
  queue.grant(sender, "sqs:SendMessage");
}

/** Where the failed work of `source` waits for a person, as the queue `<source>-dlq`. */
export function deadLetterQueue(scope: Construct, id: string, source: string, fifoName?: string): Queue {
  const queue = new Queue(scope, id, {
    ...fifoProps(fifoName),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: deadLetterRetention,
  });
  identify(queue, { kind: "queue", name: `${source}-dlq` });
  acknowledge(queue, [
    { id: "AwsSolutions-SQS3", reason: "It is a dead-letter queue: its messages wait for a person." },
  ]);
  return queue;
}
