import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Notification, Notifier } from "../../../core/ports.ts";
import { portError } from "./sdk-errors.ts";

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: a subject is one line of fewer than 100 ASCII characters. */
const maxSubjectLength = 99;
/** The limit is 256 KiB; a character of UTF-8 has up to 4 bytes, UTF-16 units at most 3. */
const maxBodyLength = 80 * 1_024;

/** Publishes to a topic. `severity` stands in the subject for readers and is an attribute for filters of subscriptions. */
export class SnsNotifier implements Notifier {
  readonly #client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async notify({ severity, subject, body }: Notification): Promise<void> {
    try {
      await this.#client.send(
        new PublishCommand({
          TopicArn: this.#topicArn,
          Subject: subjectLine(`[${severity}] ${subject}`),
          Message: body.length > maxBodyLength ? `${body.slice(0, maxBodyLength)}\n… (cut)` : body,
          MessageAttributes: { severity: { DataType: "String", StringValue: severity } },
        }),
      );
    } catch (error) {
      throw portError(`notify topic "${this.#topicArn}"`, error);
    }
  }
}

function subjectLine(subject: string): string {
  const line = subject
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^ -~]/g, "?")
    .trim();
  return line.slice(0, maxSubjectLength);
}
