import { setTimeout } from "node:timers/promises";
import type { Clock } from "../../core/ports.ts";

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms) => {
    if (ms > 0) await setTimeout(ms);
  },
};
