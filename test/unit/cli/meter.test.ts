import { expect, test } from "vitest";
import { meterLine, type Meter } from "../../../cli/progress/meter.ts";

const running: Meter = {
  label: "stock.csv.gz",
  unit: "rows",
  state: "running",
  fraction: 0.5,
  amount: 640_750,
  elapsedMs: 4_000,
  remark: null,
};

test("a line that waits is its label", () => {
  expect(meterLine({ ...running, state: "waiting" }, 14, 75)).toBe("stock.csv.gz  ");
});

test("a line that runs tells amount, rate, time left and share", () => {
  expect(meterLine(running, 14, 75)).toBe(
    "stock.csv.gz      640,750 rows   160k/s    4 s left  ━━━━━━━━╌╌╌╌╌╌╌╌  50 %",
  );
});

test.each([40, 60, 75, 115])(
  "a line that runs fits %d characters unless its figures alone do not",
  (width) => {
    const figures = 14 + 2 + 14 + 2 + 7 + 2 + 10 + 1 + 6;
    expect(meterLine(running, 14, width).length).toBeLessThanOrEqual(Math.max(width, figures));
  },
);

test("no time left is told before it can be known", () => {
  expect(meterLine({ ...running, elapsedMs: 500, fraction: 0.01 }, 14, 75)).not.toContain("left");
});

test("without a known end the time so far stands in place of the time left", () => {
  expect(meterLine({ ...running, fraction: null }, 14, 75)).toBe(
    "stock.csv.gz      640,750 rows   160k/s       4.0 s",
  );
});

test("a line that is done tells how long it took", () => {
  expect(meterLine({ ...running, state: "done", remark: "2 tried again" }, 14, 75)).toBe(
    "stock.csv.gz      640,750 rows   160k/s       4.0 s  2 tried again",
  );
});

test("a line that failed tells why", () => {
  expect(meterLine({ ...running, state: "failed", remark: "no such file" }, 14, 75)).toBe(
    "stock.csv.gz    no such file",
  );
});

test("a label that is too long keeps its end", () => {
  expect(meterLine({ ...running, state: "waiting", label: "a-long-name-2024.csv" }, 10, 75)).toBe(
    "…-2024.csv",
  );
});
