import { describe, expect, test } from "vitest";
import type { Clock } from "../../core/ports.ts";

export interface ClockSubject {
  readonly subject: Clock;
  /** Lets that much time pass: a virtual clock advances, a real one waits. */
  readonly passTime: (ms: number) => Promise<void>;
}

/** What every `Clock` does. */
export function clockContract(name: string, makeClock: () => ClockSubject): void {
  describe(`${name} as a clock`, () => {
    test("tells whole or fractional milliseconds that never go back", async () => {
      const { subject: clock, passTime } = makeClock();
      const before = clock.nowMs();
      await passTime(5);
      expect(clock.nowMs()).toBeGreaterThanOrEqual(before + 4);
    });

    test("wakes a sleeper when its time has come, and not before", async () => {
      const { subject: clock, passTime } = makeClock();
      const startMs = clock.nowMs();
      const wokenAtMs = clock.sleep(20).then(() => clock.nowMs());
      await passTime(40);
      // A timer may fire up to a millisecond early by the wall clock.
      expect((await wokenAtMs) - startMs).toBeGreaterThanOrEqual(19);
    });

    test("wakes sleepers in the order of their times", async () => {
      const { subject: clock, passTime } = makeClock();
      const woken: number[] = [];
      const sleepers = [30, 10, 20].map((ms) => clock.sleep(ms).then(() => woken.push(ms)));
      await passTime(60);
      await Promise.all(sleepers);
      expect(woken).toEqual([10, 20, 30]);
    });

    test("does not wait for zero or negative times", async () => {
      const { subject: clock } = makeClock();
      await expect(Promise.all([clock.sleep(0), clock.sleep(-5)])).resolves.toBeDefined();
    });
  });
}
