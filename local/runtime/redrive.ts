import type { SqliteWorkQueue } from "../sqlite/sqlite-work-queue.ts";
import type { Station } from "./station.ts";

export interface DeadLetter {
  /** Queue that it goes back to. */
  readonly queue: string;
  readonly cause: string;
  readonly body: string;
}

const receiveMax = 10;
/** Those that are listed at most per queue. */
const lettersMax = 1_000;
/** Moving a batch takes milliseconds; whoever is killed meanwhile leaves messages that come back after this time. */
const visibilityTimeoutMs = 30_000;

/**
 * Takes all dead letters out of their queues: back to the queues that they come from, or for good. Whoever is killed between
 * sending a message and deleting its letter leaves both, which changes nothing: messages say what changed, never what to add.
 */
export async function emptyDeadLetterQueues(
  station: Station,
  { sendBack }: { readonly sendBack: boolean },
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (const { name, deadLetterQueue } of station.wiring.queues) {
    if (deadLetterQueue === undefined) continue;
    const target = sendBack ? station.queue(name) : null;
    letters.push(...(await emptied(name, station.queue(deadLetterQueue), target)));
  }
  return letters;
}

export function readDeadLetters(station: Station): DeadLetter[] {
  return station.wiring.queues.flatMap(({ name, deadLetterQueue }) =>
    deadLetterQueue === undefined
      ? []
      : station
          .queue(deadLetterQueue)
          .peek(lettersMax)
          .map(({ body, attributes }) => ({ queue: name, cause: attributes["cause"] ?? "unknown", body })),
  );
}

async function emptied(
  queue: string,
  deadLetters: SqliteWorkQueue,
  target: SqliteWorkQueue | null,
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (;;) {
    const received = await deadLetters.receive({ maxMessages: receiveMax, visibilityTimeoutMs });
    if (received.length === 0) return letters;
    for (const { body, attributes, group, receiptHandle } of received) {
      const { cause = "unknown", ...others } = attributes;
      await target?.send([{ body, attributes: others, ...(group === undefined ? {} : { group }) }]);
      await deadLetters.acknowledge(receiptHandle);
      letters.push({ queue, cause, body });
    }
  }
}
