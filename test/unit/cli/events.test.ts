import { describe, expect, test } from "vitest";
import { EventLog, utcMoment } from "../../../cli/format/events.ts";
import { pollLine } from "../../../cli/format/polls.ts";
import type { PollEvent, Stream } from "../../../local/scheduler/index.ts";

const at = (time: string) => Date.parse(`2026-11-20T${time}Z`);
const event = { atMs: at("16:20:05"), name: "stock", figure: "1,234 rows", took: "1.2 s" };

describe("a log of events", () => {
  test("names each day once", () => {
    const log = new EventLog(["stock"], { widthMax: null });
    expect(log.lines({ ...event, remark: "next 16:25" })).toEqual([
      "2026-11-20 UTC\n",
      "16:20:05  stock   1,234 rows     1.2 s  next 16:25\n",
    ]);
    expect(log.lines(event)).toEqual(["16:20:05  stock   1,234 rows     1.2 s\n"]);
    expect(log.lines({ ...event, atMs: at("16:20:05") + 86_400_000 })[0]).toBe("2026-11-21 UTC\n");
  });

  test.each([60, 80])(
    "fits a terminal of %i columns, with remarks that go on under each other",
    (widthMax) => {
      const log = new EventLog(["commodity 15min"], { widthMax });
      const remark = "of Fri 2026-11-20 21:15; provider yahoo failed five times in a row; next 16:25";
      const lines = log.lines({ ...event, remark });
      expect(Math.max(...lines.map((line) => line.trimEnd().length))).toBeLessThanOrEqual(widthMax);
      expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain(remark);
    },
  );

  test("tells a reason once while it stays the same, in a terminal below the line", () => {
    const failed = { ...event, remark: "5 symbols without answer", cause: "yahoo is down" };
    const piped = new EventLog(["stock"], { widthMax: null });
    const told = [failed, failed, event, failed].map((each) => piped.lines(each).at(-1)!.slice(40).trim());
    expect(told).toEqual([
      "5 symbols without answer; yahoo is down",
      "5 symbols without answer; as before",
      "",
      "5 symbols without answer; yahoo is down",
    ]);
    const terminal = new EventLog(["stock"], { widthMax: 80 });
    expect(terminal.lines(failed).slice(-2)).toEqual([
      expect.stringMatching(/5 symbols without answer\n$/),
      "          yahoo is down\n",
    ]);
  });

  test.each([
    ["16:25:00", "16:25"],
    ["16:25:30", "16:25:30"],
  ])("tells a moment of the same day by its time: %s", (time, expected) => {
    expect(utcMoment(at(time), at("16:20:00"))).toBe(expected);
  });

  test("tells a moment of another day with its date", () => {
    expect(utcMoment(Date.parse("2026-11-23T14:30:00Z"), at("21:15:00"))).toBe("Mon 2026-11-23 14:30");
  });
});

describe("the line of a poll", () => {
  const stream: Stream = { assetClass: "stock", interval: "15min", calendarSymbols: [], everyMs: 300_000 };
  const result = {
    rowsIn: 5,
    rowsOut: 5,
    rowsRejected: 0,
    bytesIn: 1,
    bytesOut: 1,
    newestBarMs: null,
    newRows: 5,
    unanswered: [],
    resumesAtMs: null,
    isMarketClosed: false,
  };
  const poll: PollEvent = {
    stream,
    startedMs: at("16:20:00"),
    endedMs: at("16:20:02"),
    result,
    error: null,
    next: { atMs: at("16:25:00"), reason: "open" },
  };

  test("says what is new, and when the next one comes", () => {
    expect(pollLine(poll)).toMatchObject({ figure: "5 rows", remark: "next 16:25", isBad: false });
    expect(pollLine({ ...poll, result: { ...result, newRows: 0 } })).toMatchObject({ figure: "no news" });
  });

  test("says why none comes for a while", () => {
    const closed = { atMs: Date.parse("2026-11-23T14:30:00Z"), reason: "closed" } as const;
    expect(pollLine({ ...poll, next: closed }).remark).toBe("market closed until Mon 2026-11-23 14:30");
    const saving = { atMs: at("17:00:00"), reason: "saving" } as const;
    expect(pollLine({ ...poll, next: saving }).remark).toBe("next 17:00, so that budgets last");
    const spent = { atMs: at("23:00:00"), reason: "spent" } as const;
    const unanswered = { ...poll, result: { ...result, unanswered: ["AAPL"] }, next: spent };
    expect(pollLine(unanswered)).toMatchObject({
      remark: "1 without answer; no provider may be asked until 23:00",
      isBad: true,
    });
    const note = "1 symbols without answer (AAPL): yahoo is down";
    const silent = { ...unanswered, result: { ...unanswered.result, newRows: 0, note } };
    expect(pollLine(silent)).toMatchObject({
      figure: "no answer",
      remark: expect.stringContaining("1 symbols without answer (AAPL)") as string,
      cause: "yahoo is down",
    });
  });

  test("says what went wrong", () => {
    const failed = { ...poll, result: null, error: new Error("fmp: got HTTP 500") };
    expect(pollLine(failed)).toMatchObject({
      figure: "failed",
      cause: "fmp: got HTTP 500",
      remark: "next 16:25",
      isBad: true,
    });
  });
});
