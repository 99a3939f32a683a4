import { setImmediate as nextMacrotask } from "node:timers/promises";
import type { VirtualClock } from "../../local/memory/virtual-clock.ts";

/**
 * The result of work that waits for nothing but the clock: time jumps to the next sleeper whenever all else is at rest.
 * @throws where the work waits for something else
 */
export async function inVirtualTime<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const settled = work.finally(() => {
    isDone = true;
  });
  // Whoever awaits the result sees the error; until then it is not unhandled.
  settled.catch(() => {});
  for (;;) {
    await nextMacrotask();
    if (isDone) return settled;
    const wakeMs = clock.nextWakeMs();
    if (wakeMs === null) throw new Error("the work waits for something that is not the clock");
    await clock.advance(wakeMs - clock.nowMs());
  }
}
