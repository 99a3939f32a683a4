import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll } from "vitest";
import { SnsNotifier } from "../../lambdas/shared/aws/sns-notifier.ts";
import { notifierContract } from "../contract/notifier.contract.ts";
import { startEmulator, type Emulator } from "../helpers/emulator.ts";

let emulator: Emulator;
let topics = 0;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

notifierContract("SnsNotifier", () => {
  const name = `topic-${++topics}`;
  const { topicArn } = emulator.server.createTopic(name);
  const { queueUrl } = emulator.server.createQueue(`${name}-subscriber`);
  emulator.server.subscribe({ topic: name, queue: `${name}-subscriber` });
  return {
    subject: new SnsNotifier(emulator.sns, topicArn),
    arrived: async () => {
      const { Messages: messages = [] } = await emulator.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
      );
      return messages.map((message) => message.Body ?? "");
    },
  };
});
