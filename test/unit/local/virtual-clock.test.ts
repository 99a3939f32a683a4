import { expect, test } from "vitest";
import { VirtualClock } from "../../../local/memory/virtual-clock.ts";

test("a sleeper runs at its own moment, not at the end of the advance", async () => {
  const clock = new VirtualClock(1_000);
  const seenAtMs: number[] = [];
  const ticking = (async () => {
    for (let tick = 0; tick < 3; tick++) {
      await clock.sleep(10);
      seenAtMs.push(clock.nowMs());
    }
  })();
  await clock.advance(100);
  await ticking;
  expect(seenAtMs).toEqual([1_010, 1_020, 1_030]);
  expect(clock.nowMs()).toBe(1_100);
});

test("time stands still without an advance, and the next waking time is known", () => {
  const clock = new VirtualClock();
  expect(clock.nextWakeMs()).toBeNull();
  void clock.sleep(30);
  void clock.sleep(20);
  expect(clock.nextWakeMs()).toBe(20);
  expect(clock.nowMs()).toBe(0);
});
