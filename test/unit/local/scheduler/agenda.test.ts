import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../../local/memory/virtual-clock.ts";
import { keepAgenda, type Appointment } from "../../../../local/scheduler/agenda.ts";
import { inVirtualTime } from "../../../helpers/virtual-time.ts";

function world() {
  const clock = new VirtualClock();
  const kept: string[] = [];
  const controller = new AbortController();
  /** Repeats every so many seconds, and takes so long. */
  const every = (name: string, seconds: number, takesS = 0, atS = seconds): Appointment => ({
    name,
    atMs: atS * 1_000,
    keep: async (nowMs) => {
      kept.push(`${name} ${nowMs / 1_000}`);
      await clock.sleep(takesS * 1_000);
      return every(name, seconds, takesS, clock.nowMs() / 1_000 + seconds);
    },
  });
  const keep = (
    appointments: readonly Appointment[],
    untilS?: number,
    onIdle?: (next: readonly Appointment[]) => void,
  ) =>
    inVirtualTime(
      clock,
      keepAgenda(appointments, {
        clock,
        signal: controller.signal,
        ...(untilS === undefined ? {} : { untilMs: untilS * 1_000 }),
        ...(onIdle === undefined ? {} : { onIdle }),
      }),
    );
  return { clock, kept, controller, every, keep };
}

describe("an agenda", () => {
  test("keeps what is due in the order of time, up to an end", async () => {
    const { kept, every, keep } = world();
    await keep([every("slow", 50), every("quick", 20)], 100);
    expect(kept).toEqual([
      "quick 20",
      "quick 40",
      "slow 50",
      "quick 60",
      "quick 80",
      "slow 100",
      "quick 100",
    ]);
  });

  test("keeps late what became due while something else took long", async () => {
    const { kept, every, keep } = world();
    await keep([every("long", 100, 45), every("quick", 120)], 200);
    expect(kept).toEqual(["long 100", "quick 145"]);
  });

  test("ends when it is told to, also while it waits, and begins nothing more", async () => {
    const { kept, every, keep, controller, clock } = world();
    const keeping = keep([every("once", 7), every("never", 3_600)]);
    void clock.sleep(10_000).then(() => controller.abort());
    await keeping;
    expect(kept).toEqual(["once 7"]);
    expect(clock.nowMs()).toBe(10_000);
  });

  test("ends with the last appointment", async () => {
    const { keep, clock } = world();
    await keep([{ name: "once", atMs: 5, keep: () => Promise.resolve(null) }]);
    expect(clock.nowMs()).toBe(5);
  });

  test("ends with what an appointment throws", async () => {
    const { keep } = world();
    const broken = { name: "broken", atMs: 5, keep: () => Promise.reject(new Error("disk full")) };
    await expect(keep([broken])).rejects.toThrow("disk full");
  });

  test("tells once what comes next whenever it begins to wait", async () => {
    const { every, keep } = world();
    const told: string[] = [];
    await keep([every("a", 100), every("b", 100)], 200, (next) =>
      told.push(next.map(({ name, atMs }) => `${name} ${atMs / 1_000}`).join(", ")),
    );
    expect(told).toEqual(["a 100, b 100", "a 200, b 200"]);
  });
});
