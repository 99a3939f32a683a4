import { TerminalError } from "../../core/errors.ts";
import type { LakeRuntime } from "../../local/runtime.ts";

/** @throws TerminalError where messages of these runs ended as dead letters, so that not all that was received is curated. */
export async function failOnDeadLetters(
  lake: Pick<LakeRuntime, "deadLetters">,
  runIds: readonly string[],
): Promise<void> {
  const letters = await lake.deadLetters();
  const ours = letters.filter(({ body }) => runIds.some((runId) => body.includes(runId)));
  const [first] = ours;
  if (first === undefined) return;
  const subject =
    ours.length === 1 ? "a message is a dead letter" : `${ours.length} messages are dead letters`;
  throw new TerminalError(
    `what was received is kept, but not all of it is curated: ${subject}: ${first.cause}; once that is mended, run "redrive"`,
  );
}
