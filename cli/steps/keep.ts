/** Commands that go on until they are stopped: Ctrl-C is their usual end, not a failure. */
import type { LakeRuntime } from "../../local/runtime.ts";
import { InterruptedError } from "../errors.ts";
import { finishMs, stoppingText, untilInterrupted } from "../interrupt.ts";
import type { Terminal } from "../terminal.ts";

/** Works until the work ends or somebody stops it, and brings the lake up to date with what has come in. */
export async function keepUntilStopped(
  lake: LakeRuntime,
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { interrupt } = terminal;
  const announce = () => terminal.say(stoppingText);
  interrupt.addEventListener("abort", announce);
  try {
    await untilInterrupted(work(interrupt), interrupt, finishMs);
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    terminal.complain(`what was begun did not end within ${finishMs / 1_000} s and is left to the next run`);
  } finally {
    interrupt.removeEventListener("abort", announce);
  }
  await lake.drain();
}
