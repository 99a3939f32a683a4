import { describeError } from "../../core/errors.ts";
import type { WorkQueue } from "../../core/ports.ts";
import type { Delivery } from "./deliveries.ts";

/** The cause travels as a message attribute, which counts towards the size of the message. */
const maxCauseBytes = 1_024;
/** Characters that SQS refuses: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
// oxlint-disable-next-line no-control-regex
const unsendable = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd]/g;

/**
 * Sends deliveries to the dead-letter queue as they came, with `cause` and `errorType` beside their attributes. They keep
 * their group, so that a redrive leads them back to their lane.
 */
export async function deadLetter(
  queue: Pick<WorkQueue, "send">,
  deliveries: readonly Delivery[],
  error: unknown,
): Promise<void> {
  const cause = causeText(describeError(error));
  const errorType = error instanceof Error ? error.name : typeof error;
  await queue.send(
    deliveries.map(({ body, attributes, group }) => ({
      body,
      attributes: { ...attributes, cause, errorType },
      ...(group === undefined ? {} : { group }),
    })),
  );
}

/** Cut to whole characters within the limit. */
function causeText(text: string): string {
  const bytes = new TextEncoder().encode(text.replaceAll(unsendable, "?") || "unknown");
  if (bytes.length <= maxCauseBytes) return new TextDecoder().decode(bytes);
  const cut = new TextDecoder().decode(bytes.subarray(0, maxCauseBytes - 3));
  return `${cut.replace(/\ufffd$/, "")}…`;
}
