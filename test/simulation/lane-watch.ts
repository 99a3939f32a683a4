/** Watches jobs in their lanes: they begin in the order in which they were sent, and one after the other has ended. */
import type { ReceivedMessage } from "../../core/ports.ts";

interface Lane {
  /** Number of the message that began last. */
  newest: number;
  /** Jobs that run. */
  readonly running: Set<Running>;
}

interface Running {
  readonly messageId: string;
  /** When the queue takes it for lost and gives it to somebody else. */
  readonly heldUntilMs: number;
}

/** Memory queues number their messages. */
const numberOf = ({ messageId }: ReceivedMessage) => Number(messageId.replace("message-", ""));

export class LaneWatch {
  readonly problems: string[] = [];
  readonly #lanes = new Map<string, Lane>();

  /** Returns what is to be called when the job has ended, be it by a crash. */
  begin(message: ReceivedMessage, nowMs: number, heldUntilMs: number): () => void {
    const { messageId, group = "" } = message;
    const lane = this.#lanes.get(group) ?? { newest: 0, running: new Set() };
    this.#lanes.set(group, lane);
    const number = numberOf(message);
    if (number < lane.newest) {
      this.problems.push(
        `lane ${group}: ${messageId} began after message-${lane.newest}, which was sent later`,
      );
    }
    for (const other of lane.running) {
      if (nowMs >= other.heldUntilMs) continue;
      this.problems.push(`lane ${group}: ${messageId} began while ${other.messageId} ran`);
    }
    lane.newest = Math.max(lane.newest, number);
    const job: Running = { messageId, heldUntilMs };
    lane.running.add(job);
    return () => void lane.running.delete(job);
  }
}
