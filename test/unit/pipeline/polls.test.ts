import { describe, expect, test } from "vitest";
import { TerminalError, TransientError } from "../../../core/errors.ts";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import type { ExtractResult } from "../../../core/pipeline/extract.ts";
import { extractInPolls } from "../../../core/pipeline/polls.ts";
import { VirtualClock } from "../../../local/memory/virtual-clock.ts";
import { inVirtualTime } from "../../helpers/virtual-time.ts";

/** Scheduled for noon in New York, and begun, as Lambda does, some seconds later. */
const scheduledMs = Date.UTC(2026, 10, 20, 17);
const startMs = scheduledMs + 7_000;
const secondMs = 1_000;

const request = (polls: ExtractRequest["polls"], changes: Partial<ExtractRequest> = {}): ExtractRequest => ({
  version: 1,
  kind: "extract",
  assetClass: "stock",
  interval: "15min",
  scheduledTime: new Date(scheduledMs).toISOString(),
  trigger: "schedule",
  ...(polls === undefined ? {} : { polls }),
  ...changes,
});

const result: ExtractResult = {
  rowsIn: 2,
  rowsOut: 2,
  rowsRejected: 0,
  bytesIn: 10,
  bytesOut: 5,
  newestBarMs: 1,
  newRows: 1,
  unanswered: [],
  resumesAtMs: null,
  isMarketClosed: false,
};

interface Script {
  readonly request: ExtractRequest;
  /** How a poll ends, by its number. */
  readonly outcome?: (poll: number) => ExtractResult | Error;
  readonly takesMs?: (poll: number) => number;
  readonly deadlineMs?: number;
  /** After the scheduled time. */
  readonly beginsAfterMs?: number;
}

const seconds = (ms: number) => (ms - scheduledMs) / secondMs;

/** Polls as seconds after the scheduled time: when each began, and for which time. */
async function polled({ request: asked, outcome, takesMs, deadlineMs = Infinity, beginsAfterMs }: Script) {
  const clock = new VirtualClock(beginsAfterMs === undefined ? startMs : scheduledMs + beginsAfterMs);
  const polls: { beganS: number; scheduledS: number; trigger: string }[] = [];
  const run = async ({ scheduledTime, trigger, ...rest }: ExtractRequest) => {
    expect(rest).not.toHaveProperty("polls");
    const number = polls.length;
    polls.push({ beganS: seconds(clock.nowMs()), scheduledS: seconds(Date.parse(scheduledTime)), trigger });
    await clock.sleep(takesMs?.(number) ?? 500);
    const ended = outcome?.(number) ?? result;
    if (ended instanceof Error) throw ended;
    return ended;
  };
  const sum = await inVirtualTime(clock, extractInPolls(asked, { clock, deadlineMs, run })).catch(
    (error: unknown) => error as Error,
  );
  return { polls, sum };
}

const thrice = { count: 3, everyMs: 20 * secondMs };
const scheduledOf = ({ polls }: { polls: { scheduledS: number }[] }) =>
  polls.map(({ scheduledS }) => scheduledS);

describe("a request with polls", () => {
  test("is run so many times, so far apart, each with a scheduled time of its own", async () => {
    const { polls, sum } = await polled({ request: request(thrice) });
    expect(polls).toEqual([
      { beganS: 7, scheduledS: 0, trigger: "schedule" },
      { beganS: 27, scheduledS: 20, trigger: "schedule" },
      { beganS: 47, scheduledS: 40, trigger: "schedule" },
    ]);
    expect(sum).toEqual({ ...result, rowsIn: 6, rowsOut: 6, bytesIn: 30, bytesOut: 15, newRows: 3 });
  });

  test("is run once where it has none", async () => {
    expect((await polled({ request: request(undefined) })).polls).toHaveLength(1);
  });

  test("begins no poll after the deadline", async () => {
    const late = await polled({ request: request(thrice), deadlineMs: startMs + 40 * secondMs });
    expect(scheduledOf(late)).toEqual([0, 20]);
    expect(scheduledOf(await polled({ request: request(thrice), deadlineMs: startMs }))).toEqual([0]);
  });

  test("passes over polls whose successor is due", async () => {
    const slow = await polled({ request: request(thrice), takesMs: () => 45 * secondMs });
    expect(slow.polls.map(({ beganS, scheduledS }) => [beganS, scheduledS])).toEqual([
      [7, 0],
      [52, 40],
    ]);
  });

  test("is run once where the next one was due before it began, unless somebody asked by hand", async () => {
    const beginsAfterMs = 60 * secondMs;
    expect(scheduledOf(await polled({ request: request(thrice), beginsAfterMs }))).toEqual([0]);
    expect(scheduledOf(await polled({ request: request(thrice), beginsAfterMs: 59_999 }))).toHaveLength(3);
    const byHand = await polled({ request: request(thrice, { trigger: "cli" }), beginsAfterMs });
    expect(byHand.polls).toHaveLength(3);
  });

  test("goes on after a poll that failed, and fails where all do, with what a retry can help", async () => {
    const once = await polled({
      request: request(thrice),
      outcome: (poll) => (poll === 1 ? new TransientError("down") : result),
    });
    expect(scheduledOf(once)).toEqual([0, 20, 40]);
    expect(once.sum).toMatchObject({ rowsIn: 4 });
    const always = await polled({
      request: request(thrice),
      outcome: (poll) => (poll === 1 ? new TransientError("down") : new TerminalError("broken")),
    });
    expect(always.sum).toEqual(new TransientError("down"));
  });

  test("ends when no provider may be asked any more", async () => {
    const spent = await polled({
      request: request(thrice),
      outcome: () => ({ ...result, unanswered: ["AAPL"] }),
    });
    expect(scheduledOf(spent)).toEqual([0]);
    expect(spent.sum).toMatchObject({ unanswered: ["AAPL"] });
  });

  test("ends with the poll that finds the market closed", async () => {
    const closing = await polled({
      request: request(thrice),
      outcome: (poll) => ({ ...result, isMarketClosed: poll === 1 }),
    });
    expect(closing.polls).toHaveLength(2);
  });
});
