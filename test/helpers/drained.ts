import type { WorkQueue } from "../../core/ports.ts";

/** Takes everything that a queue hands out, acknowledged, and returns the bodies in the order in which they came. */
export async function drained(queue: Pick<WorkQueue, "receive" | "acknowledge">): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const messages = await queue.receive({ maxMessages: 10, visibilityTimeoutMs: 1_000_000 });
    if (messages.length === 0) return bodies;
    for (const { body, receiptHandle } of messages) {
      bodies.push(body);
      await queue.acknowledge(receiptHandle);
    }
  }
}
