import type { LakeRuntime } from "../../local/runtime.ts";
import { withProgress } from "../progress/progress.ts";
import type { Terminal } from "../terminal.ts";

/** How often the queues are asked what is left. */
const depthEveryMs = 250;

/** Brings curated bars and indicators up to date, showing how much is left. Returns the time it took. */
export async function drainWithProgress(lake: LakeRuntime, terminal: Terminal): Promise<void> {
  await withProgress(terminal, ["bars and indicators"], "tasks", async ([line]) => {
    let done = 0;
    let waiting = 0;
    const show = () =>
      line!.update({ amount: done, fraction: waiting === 0 ? null : done / (done + waiting) });
    const ask = async () => {
      waiting = await lake.waiting();
      show();
    };
    await ask();
    const timer = setInterval(() => void ask(), depthEveryMs);
    try {
      const totals = await lake.drain((progress) => {
        done = progress.messages;
        show();
      });
      line!.done(totals.messages, totals.retries > 0 ? `${totals.retries} tried again` : undefined);
    } finally {
      clearInterval(timer);
    }
  });
}
