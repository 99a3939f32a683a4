import { expect, test } from "vitest";
import { assertSendable } from "../../../local/queue-rules.ts";

const send = (group: string) => () => assertSendable([{ body: "{}", attributes: {}, group }], { fifo: true });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html */
test.each(["alpha_vantage", "a.b-c/d", "x".repeat(128)])("a FIFO queue takes the group %j", (group) => {
  expect(send(group)).not.toThrow();
});

test.each(["", "two words", "é", "x".repeat(129)])("a FIFO queue refuses the group %j", (group) => {
  expect(send(group)).toThrow(JSON.stringify(group));
});
