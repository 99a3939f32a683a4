import type { Clock } from "../../core/ports.ts";

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until told to advance. It starts no timers. */
export class VirtualClock implements Clock {
  #nowMs: number;
  /** In waking order; sleepers of the same moment wake in the order in which they fell asleep. */
  readonly #sleepers: Sleeper[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    // As with real clocks, which count whole ms: nobody wakes early.
    const wakeAtMs = this.#nowMs + Math.ceil(ms);
    const next = this.#sleepers.findIndex((sleeper) => sleeper.wakeAtMs > wakeAtMs);
    this.#sleepers.splice(next === -1 ? this.#sleepers.length : next, 0, { wakeAtMs, wake: resolve });
    return promise;
  }

  /** When the next sleeper wakes, or null where nobody sleeps: what a scheduler advances to when all else is idle. */
  nextWakeMs(): number | null {
    return this.#sleepers[0]?.wakeAtMs ?? null;
  }

  /** Moves time on by `ms` and wakes, in order, every sleeper whose time comes; each runs at its own moment. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (
      let next = this.#sleepers[0];
      next !== undefined && next.wakeAtMs <= endMs;
      next = this.#sleepers[0]
    ) {
      this.#sleepers.shift();
      this.#nowMs = next.wakeAtMs;
      next.wake();
      await settle();
    }
    this.#nowMs = endMs;
  }
}

/** Long enough for what a sleeper does at once, such as falling asleep again, to have happened. */
const settleTurns = 10;

async function settle(): Promise<void> {
  for (let turn = 0; turn < settleTurns; turn++) await Promise.resolve();
}
