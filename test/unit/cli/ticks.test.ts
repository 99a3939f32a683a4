import { describe, expect, test } from "vitest";
import {
  hasFailed,
  nextText,
  skippedText,
  tickLine,
  TickTotals,
  wasSkipped,
} from "../../../cli/format/ticks.ts";
import { Unfinished } from "../../../core/pipeline/unfinished.ts";
import { BudgetExhaustedError } from "../../../core/providers/errors.ts";
import type { TickEvent } from "../../../local/scheduler/index.ts";

const at = (time: string) => Date.parse(`2026-11-20T${time}Z`);

/** A tick of 16:20 with the jobs that came of it. */
function event(
  jobs: readonly { status: string; detail?: string; rows?: number }[],
  changes: Partial<TickEvent> = {},
) {
  return {
    tick: { schedule: { name: "stock-15min" }, scheduledMs: at("16:20:00"), standsInFor: 0 },
    startedMs: at("16:20:01"),
    endedMs: at("16:20:03"),
    jobs: jobs.map(({ status, detail = null, rows = 0 }) => ({ status, detail, rows_in: rows })),
    error: null,
    ...changes,
  } as TickEvent;
}
const late = {
  schedule: { name: "stock-15min" },
  scheduledMs: at("15:45:00"),
  standsInFor: 3,
} as TickEvent["tick"];

const keep = () => Promise.resolve(null);

describe("the line of a tick", () => {
  test("sums the rows of all runs that it led to", () => {
    const done = event([
      { status: "succeeded", rows: 1_000 },
      { status: "succeeded", rows: 234 },
    ]);
    expect(tickLine(done)).toMatchObject({
      name: "stock-15min",
      figure: "1,234 rows",
      took: "2.0 s",
      remark: "",
      isBad: false,
    });
    expect(tickLine(event([{ status: "succeeded" }])).figure).toBe("no news");
  });

  test("tells of which time a late one is, and for how many it stands in", () => {
    expect(tickLine(event([{ status: "succeeded" }], { tick: late })).remark).toBe(
      "of 15:45; also for 3 missed before",
    );
  });

  test("tells which symbols stayed without answer, and until when", () => {
    const unfinished = new Unfinished();
    const stretch = { symbols: ["AAPL", "MSFT"], fromMs: 0, toMs: 1 };
    const spent = new BudgetExhaustedError("fmp: used up; calls resume later", at("23:00:00"));
    unfinished.fail(stretch, spent, false, [spent]);
    const detail = ["schedule", "7 answers as before", ...unfinished.notes].join("; ");
    expect(tickLine(event([{ status: "succeeded", rows: 5, detail }]))).toMatchObject({
      remark: "2 symbols without answer (AAPL, MSFT) until 2026-11-20T23:00:00.000Z at least",
      cause: "fmp: used up; calls resume later",
    });
  });

  test("tells why it failed: by the job log, or where not even that was written", () => {
    const failed = event([
      { status: "succeeded", rows: 5 },
      { status: "failed", detail: "yahoo is down" },
    ]);
    expect(tickLine(failed)).toMatchObject({ figure: "failed", cause: "yahoo is down", isBad: true });
    expect(tickLine(event([], { error: new Error("disk full") })).cause).toBe("disk full");
    expect(hasFailed(event([]))).toBe(true);
  });
});

describe("a tick that brought no answer", () => {
  const detail = "schedule; 2 symbols without answer (KO, PG): yahoo is left alone";
  test("is no quiet one: its line says why", () => {
    expect(tickLine(event([{ status: "partial", detail }]))).toMatchObject({
      figure: "no answer",
      remark: "2 symbols without answer (KO, PG)",
      cause: "yahoo is left alone",
      isBad: true,
    });
    expect(tickLine(event([{ status: "partial", detail, rows: 7 }]))).toMatchObject({
      figure: "7 rows",
      isBad: true,
    });
  });

  test("is counted at the end", () => {
    const totals = new TickTotals();
    totals.add(event([{ status: "partial", detail, rows: 7 }]));
    totals.add(event([{ status: "failed" }]));
    expect(totals.incomplete).toBe(2);
    expect(totals.facts(60_000)).toContainEqual({
      label: "unanswered",
      value: 1,
      remark: "ticks, wholly or in part",
    });
  });
});

test("ticks that were skipped are told in one line, by reason", () => {
  const closed = event([{ status: "skipped", detail: "market closed: no XNYS session around 16:20" }]);
  const early = event([{ status: "skipped", detail: "nothing to refresh yet: wait" }]);
  expect(wasSkipped(closed)).toBe(true);
  expect(wasSkipped(event([]))).toBe(false);
  expect(skippedText([closed, early, closed])).toBe(
    "market closed: stock-15min, stock-15min; nothing to refresh yet: stock-15min",
  );
});

test("what comes next is what comes first, with all that comes with it", () => {
  const next = [
    { name: "stock-15min", atMs: at("16:45:00"), keep },
    { name: "etf-15min", atMs: at("16:45:00"), keep },
    { name: "stock-1d", atMs: at("21:20:00"), keep },
  ];
  expect(nextText(next, at("16:30:00"))).toBe("next 16:45: stock-15min, etf-15min");
  expect(nextText([], at("16:30:00"))).toBe("nothing is scheduled any more");
});

test("sums at the end count what was run, skipped and failed", () => {
  const totals = new TickTotals();
  totals.add(event([{ status: "succeeded", rows: 7 }]));
  totals.add(event([{ status: "skipped" }]));
  totals.add(event([{ status: "failed" }]));
  expect(totals.facts(60_000).map(({ label, value, remark }) => [label, value, remark])).toEqual([
    ["ticks", 1, "and 1 with nothing to ask for"],
    ["rows", 7, "received"],
    ["failed", 1, "ticks; status tells why"],
    ["time", "1 min 00 s", undefined],
  ]);
});
