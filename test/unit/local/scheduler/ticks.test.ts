import { describe, expect, test } from "vitest";
import { describeError, TransientError } from "../../../../core/errors.ts";
import type { ExtractRequest } from "../../../../core/messages/index.ts";
import { extractRunId } from "../../../../core/pipeline/extract.ts";
import type { Row, eltJobLog } from "../../../../core/tables/index.ts";
import { VirtualClock } from "../../../../local/memory/virtual-clock.ts";
import { keepSchedules, type TickEvent } from "../../../../local/scheduler/index.ts";
import { requestAt, timesOf } from "../../../../local/scheduler/schedules.ts";
import type { QueueSchedule } from "../../../../local/wiring.ts";
import { inVirtualTime } from "../../../helpers/virtual-time.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function schedule(cron: string, changes: Partial<QueueSchedule> = {}, input: object = {}): QueueSchedule {
  return {
    name: "stock-15min",
    expression: `cron(${cron})`,
    timeZone: "America/New_York",
    target: { kind: "queue", queue: "extract", group: "synthetic" },
    input: {
      version: 1,
      kind: "extract",
      assetClass: "stock",
      interval: "15min",
      scheduledTime: "<aws.scheduler.scheduled-time>",
      trigger: "schedule",
      ...input,
    },
    ...changes,
  };
}
const inSession = schedule("0/15 9-16 ? * MON-FRI *");
const endOfDay = schedule("20 16 ? * MON-FRI *", { name: "stock-1d" }, { interval: "1d" });

const daily = (name: string, cron: string, request: object) =>
  schedule(cron, { name, timeZone: "Etc/UTC" }, { interval: "1d", ...request });

interface Script {
  readonly from: string;
  readonly until: string;
  readonly schedules: readonly QueueSchedule[];
  readonly takesMs?: (request: ExtractRequest) => number;
  readonly hasRun?: (request: ExtractRequest) => boolean;
  readonly error?: Error;
  readonly symbols?: readonly string[];
  /** A time at which the machine falls asleep, and for how long. */
  readonly sleep?: { readonly at: string; readonly forMs: number };
}

const time = (ms: number) => new Date(ms).toISOString().slice(5, 16);

/** What a scheduler runs: when, for which time, in place of how many. */
async function scheduled({ from, until, schedules, takesMs, hasRun, error, sleep, symbols = [] }: Script) {
  const inner = new VirtualClock(Date.parse(from));
  // While a machine sleeps its timers stand still, and its clock does not.
  const clock = {
    nowMs: () =>
      inner.nowMs() + (sleep !== undefined && inner.nowMs() >= Date.parse(sleep.at) ? sleep.forMs : 0),
    sleep: (ms: number) => inner.sleep(ms),
  };
  const events: TickEvent[] = [];
  const lake = {
    schedules,
    symbolsOf: () => symbols,
    fire: async (_schedule: QueueSchedule, request: ExtractRequest) => {
      await inner.sleep(takesMs?.(request) ?? 0);
      if (error !== undefined) throw error;
    },
    drain: () => Promise.resolve({ messages: 0, retries: 0 }),
    extractJobs: ({ interval }: { interval: string }, scheduledMs: number) => {
      const ran = schedules
        .map((each) => requestAt(each, scheduledMs))
        .filter((request) => request.interval === interval && hasRun?.(request) === true);
      const rows = ran.map((request) => ({
        status: "succeeded",
        run_id: extractRunId(request),
        started_at: 0,
      }));
      return Promise.resolve(rows as Row<typeof eltJobLog>[]);
    },
  };
  const { signal } = new AbortController();
  const kept = keepSchedules(lake, { clock, signal, untilMs: Date.parse(until) }, (event) =>
    events.push(event),
  );
  await inVirtualTime(inner, kept);
  return events.map(({ tick, startedMs, error: failure }) => {
    const parts = [time(startedMs), tick.schedule.name, `for ${time(tick.scheduledMs)}`];
    if (tick.standsInFor > 0) parts.push(`and ${tick.standsInFor}`);
    if (failure !== null) parts.push(describeError(failure));
    return parts.join(" ");
  });
}

const ranAll = () => true;
const ranDaily = ({ interval }: ExtractRequest) => interval === "1d";
const ranGaps = ({ only }: ExtractRequest) => only === "gaps";
const slowAt1505 = ({ scheduledTime }: ExtractRequest) =>
  scheduledTime.includes("15:05") ? 40 * minuteMs : 0;

describe("the scheduler", () => {
  test("runs ticks at their times, in their time zone, across a clock change", async () => {
    // New York goes to summer time on Sunday, 8 March 2026.
    const week = { from: "2026-03-06T00:00:00Z", until: "2026-03-10T00:00:00Z" };
    expect(await scheduled({ ...week, schedules: [endOfDay], hasRun: ranAll })).toEqual([
      "03-06T21:20 stock-1d for 03-06T21:20",
      "03-09T20:20 stock-1d for 03-09T20:20",
    ]);
  });

  test("first makes up for the newest tick that was missed, unless it was run", async () => {
    const saturday = { from: "2026-11-21T12:00:00Z", until: "2026-11-21T13:00:00Z" };
    // The newest tick that found the market open came half an hour after the close; those after it were skipped anyway.
    const missed = ["11-21T12:00 stock-15min for 11-20T21:15", "11-21T12:00 stock-1d for 11-20T21:20"];
    expect(await scheduled({ ...saturday, schedules: [endOfDay, inSession] })).toEqual(missed);
    expect(await scheduled({ ...saturday, schedules: [endOfDay, inSession], hasRun: ranDaily })).toEqual(
      missed.slice(0, 1),
    );
  });

  test("makes up for ticks in the hours of its symbols' own exchange, and for maintenance at any hour", async () => {
    const sunday = { from: "2026-11-22T12:00:00Z", until: "2026-11-22T13:00:00Z" };
    // Istanbul closes at 15:00 UTC, 18:00 there: the last tick that finds news comes a quarter of an hour later.
    const wide = schedule("0/15 * * * ? *", { timeZone: "Europe/Istanbul" });
    const gaps = schedule(
      "0 9 * * ? *",
      { name: "stock-15min-gaps", timeZone: "Etc/UTC" },
      { lastDays: 7, only: "gaps" },
    );
    const runs = await scheduled({ ...sunday, schedules: [wide, gaps], symbols: ["THYAO.IS"] });
    expect(runs.slice(0, 2)).toEqual([
      "11-22T12:00 stock-15min for 11-20T15:15",
      "11-22T12:00 stock-15min-gaps for 11-22T09:00",
    ]);
  });

  test("makes up for refreshes before ticks, and for gaps last, whatever their times", async () => {
    const sunday = { from: "2026-11-22T12:00:00Z", until: "2026-11-22T13:00:00Z" };
    const gaps = daily("stock-1d-gaps", "0 9 * * ? *", { lastDays: 7, only: "gaps" });
    const refresh = daily("stock-1d-refresh", "0 10 ? * SUN *", { lastDays: 1_800 });
    expect(await scheduled({ ...sunday, schedules: [gaps, endOfDay, refresh] })).toEqual([
      "11-22T12:00 stock-1d-refresh for 11-22T10:00",
      "11-22T12:00 stock-1d for 11-20T21:20",
      "11-22T12:00 stock-1d-gaps for 11-22T09:00",
    ]);
  });

  test("takes no tick for another one of the same series and time", async () => {
    const saturday = { from: "2026-11-21T09:10:00Z", until: "2026-11-21T09:20:00Z" };
    const gaps = schedule(
      "0 9 * * ? *",
      { name: "stock-1d-gaps", timeZone: "Etc/UTC" },
      { interval: "1d", lastDays: 7, only: "gaps" },
    );
    const tick = { ...gaps, name: "stock-1d", input: endOfDay.input };
    expect(await scheduled({ ...saturday, schedules: [gaps, tick], hasRun: ranGaps })).toEqual([
      "11-21T09:10 stock-1d for 11-21T09:00",
    ]);
  });

  test("runs one tick after the other, and late what waits, the newest for all that were missed", async () => {
    const morning = { from: "2026-11-20T14:50:00Z", until: "2026-11-20T16:00:00Z", hasRun: ranAll };
    const slow = schedule("5 10 ? * MON-FRI *", { name: "slow" });
    expect(await scheduled({ ...morning, schedules: [inSession, slow], takesMs: slowAt1505 })).toEqual([
      "11-20T15:00 stock-15min for 11-20T15:00",
      "11-20T15:05 slow for 11-20T15:05",
      "11-20T15:45 stock-15min for 11-20T15:45 and 2",
      "11-20T16:00 stock-15min for 11-20T16:00",
    ]);
  });

  test("wakes up with its machine, and runs once what was slept over", async () => {
    const day = { from: "2026-11-20T18:00:00Z", until: "2026-11-21T03:00:00Z", hasRun: ranAll };
    const sleep = { at: "2026-11-20T19:05:00Z", forMs: 6 * hourMs };
    const runs = await scheduled({ ...day, schedules: [inSession, endOfDay], sleep });
    expect(runs.slice(0, 4)).toEqual([
      "11-20T18:15 stock-15min for 11-20T18:15",
      "11-20T18:30 stock-15min for 11-20T18:30",
      "11-20T18:45 stock-15min for 11-20T18:45",
      "11-20T19:00 stock-15min for 11-20T19:00",
    ]);
    // Of the ticks until 21:45 that were missed, the last that found the market open.
    expect(runs.slice(4)).toEqual([
      "11-21T01:05 stock-15min for 11-20T21:15 and 8",
      "11-21T01:05 stock-1d for 11-20T21:20",
    ]);
  });

  test("goes on after a tick that failed, and tells of it", async () => {
    const morning = { from: "2026-11-20T14:50:00Z", until: "2026-11-20T15:15:00Z", hasRun: ranAll };
    const failing = await scheduled({
      ...morning,
      schedules: [inSession],
      error: new TransientError("down"),
    });
    expect(failing).toHaveLength(2);
    expect(failing[0]).toContain("down");
  });
});

describe("a schedule", () => {
  test("asks for what its input says, for the time at which it is due", () => {
    expect(requestAt(inSession, Date.parse("2026-11-20T15:00:00Z"))).toEqual({
      version: 1,
      kind: "extract",
      assetClass: "stock",
      interval: "15min",
      scheduledTime: "2026-11-20T15:00:00Z",
      trigger: "schedule",
    });
  });

  test("with polls has a tick for each of them", () => {
    const polled = schedule("0/2 * ? * * *", {}, { polls: { count: 3, everyMs: 20_000 } });
    const times = timesOf(polled);
    const found: string[] = [];
    for (let atMs = Date.parse("2026-11-20T15:00:00Z"); found.length < 4;) {
      atMs = times.next(atMs)!;
      found.push(new Date(atMs).toISOString().slice(14, 19));
    }
    expect(found).toEqual(["00:20", "00:40", "02:00", "02:20"]);
    const newest = (time: string) => new Date(times.newest(Date.parse(time))!).toISOString().slice(14, 19);
    expect(newest("2026-11-20T15:00:39Z")).toBe("00:20");
    expect(newest("2026-11-20T15:01:59Z")).toBe("00:40");
    expect(requestAt(polled, Date.parse("2026-11-20T15:00:20Z"))).not.toHaveProperty("polls");
  });

  test("of another kind than cron is refused with its name", () => {
    const rate = schedule("", { expression: "rate(5 minutes)" });
    expect(() => timesOf(rate)).toThrow('schedule "stock-15min": expected cron(…), got "rate(5 minutes)"');
  });
});
