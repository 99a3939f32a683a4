import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Clock, OutgoingMessage, QueueDepth, ReceivedMessage, WorkQueue } from "../../../core/ports.ts";
import { systemClock } from "../system-clock.ts";
import { nameOf, portError } from "./sdk-errors.ts";
import { sendAll } from "./sqs-send.ts";

/** SQS counts visibility in whole seconds; rounding up keeps a message hidden at least as long as asked. */
const wholeSeconds = (ms: number) => Math.ceil(ms / 1_000);

export class SqsWorkQueue implements WorkQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #clock: Clock;

  constructor(client: SQSClient, queueUrl: string, clock: Clock = systemClock) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#clock = clock;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    await this.#attempt("send to", () => sendAll(this.#client, this.#queueUrl, messages, this.#clock));
  }

  async receive(options: { maxMessages: number; visibilityTimeoutMs: number }): Promise<ReceivedMessage[]> {
    const response = await this.#attempt("receive from", () =>
      this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queueUrl,
          MaxNumberOfMessages: options.maxMessages,
          VisibilityTimeout: wholeSeconds(options.visibilityTimeoutMs),
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["ApproximateReceiveCount", "MessageGroupId"],
        }),
      ),
    );
    return (response.Messages ?? []).map(toReceived);
  }

  async acknowledge(receiptHandle: string): Promise<void> {
    try {
      await this.#client.send(
        new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle: receiptHandle }),
      );
    } catch (error) {
      if (!isStaleHandle(error)) throw this.#error("acknowledge a message of", error);
    }
  }

  async release(receiptHandle: string, delayMs: number): Promise<void> {
    try {
      await this.#client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: this.#queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: wholeSeconds(delayMs),
        }),
      );
    } catch (error) {
      if (!isStaleHandle(error)) throw this.#error("release a message of", error);
    }
  }

  /** Approximate, as all counts of SQS. */
  async depth(): Promise<QueueDepth> {
    const response = await this.#attempt("count", () =>
      this.#client.send(
        new GetQueueAttributesCommand({
          QueueUrl: this.#queueUrl,
          AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }),
      ),
    );
    return {
      visible: Number(response.Attributes?.["ApproximateNumberOfMessages"] ?? 0),
      inFlight: Number(response.Attributes?.["ApproximateNumberOfMessagesNotVisible"] ?? 0),
    };
  }

  async #attempt<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#error(what, error);
    }
  }

  #error(what: string, error: unknown): Error {
    return portError(`${what} queue "${this.#queueUrl}"`, error);
  }
}

/** The message was acknowledged already, or delivered again under another handle: nothing is left to do. */
function isStaleHandle(error: unknown): boolean {
  return nameOf(error) === "MessageNotInflight" || nameOf(error) === "ReceiptHandleIsInvalid";
}

function toReceived(message: Message): ReceivedMessage {
  const group = message.Attributes?.MessageGroupId;
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: textAttributes(message.MessageAttributes ?? {}),
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    ...(group === undefined ? {} : { group }),
  };
}

function textAttributes(attributes: Record<string, MessageAttributeValue>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, { StringValue: text }] of Object.entries(attributes)) {
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}
