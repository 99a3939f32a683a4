import { describe, expect, test } from "vitest";
import { formatFacts, formatRows, rowsOf, type Rows } from "../../../cli/format/index.ts";
import { age, bytes, columnNumberFormat, duration, rate } from "../../../cli/format/numbers.ts";

const wide = { widthMax: null };
const rows = (names: string[], ...values: Rows["rows"][number][]): Rows => ({
  columns: names.map((name) => ({ name })),
  rows: values,
});
const json = (value: Rows) => [...formatRows(value, "json", wide)].join("");
const csv = (value: Rows) => [...formatRows(value, "csv", wide)].join("");
const table = (value: Rows, widthMax: number | null = null) =>
  [...formatRows(value, "table", { widthMax })].join("").split("\n").slice(0, -1);

describe("json", () => {
  test("is an array of objects that any JSON reader takes", () => {
    const text = json(rows(["symbol", "close"], ['A"B', 1.5], ["é\n", null]));
    expect(JSON.parse(text)).toEqual([
      { symbol: 'A"B', close: 1.5 },
      { symbol: "é\n", close: null },
    ]);
  });

  test("is an empty array where there are no rows", () => {
    expect(json(rows(["a"]))).toBe("[]\n");
  });

  test("keeps every digit of a double", () => {
    expect(JSON.parse(json(rows(["x"], [0.1 + 0.2])))).toEqual([{ x: 0.300_000_000_000_000_04 }]);
  });

  test("writes integers beyond 2^53 as text and smaller ones as numbers", () => {
    expect(JSON.parse(json(rows(["a", "b"], [9_007_199_254_740_993n, 42n])))).toEqual([
      { a: "9007199254740993", b: 42 },
    ]);
  });

  test("writes NaN and infinities as text", () => {
    expect(JSON.parse(json(rows(["a", "b"], [Number.NaN, -Infinity])))).toEqual([
      { a: "NaN", b: "-Infinity" },
    ]);
  });

  test("keeps columns of the same name apart", () => {
    expect(JSON.parse(json(rows(["a", "a", "a_1"], [1, 2, 3])))).toEqual([{ a: 1, a_2: 2, a_1: 3 }]);
  });
});

describe("csv", () => {
  test("quotes commas, quotes and line breaks as RFC 4180 says", () => {
    expect(csv(rows(["a,b", "c"], ['say "hi"', "two\nlines"]))).toBe('"a,b",c\n"say ""hi""","two\nlines"\n');
  });

  test("tells a null from an empty text", () => {
    expect(csv(rows(["a", "b"], [null, ""]))).toBe('a,b\n,""\n');
  });

  test("keeps every digit", () => {
    expect(csv(rows(["x", "n"], [0.1 + 0.2, 9_007_199_254_740_993n]))).toBe(
      "x,n\n0.30000000000000004,9007199254740993\n",
    );
  });

  test("has a header where there are no rows", () => {
    expect(csv(rows(["a", "b"]))).toBe("a,b\n");
  });
});

describe("table", () => {
  test("aligns numbers on their decimal point and texts on the left", () => {
    expect(table(rows(["symbol", "close"], ["AAPL", 188.5], ["B", 1_000.25], ["C", null]))).toEqual([
      "symbol    close",
      "──────  ───────",
      "AAPL     188.50",
      "B       1000.25",
      "C             –",
    ]);
  });

  test("says so where there are no rows", () => {
    expect(table(rows(["a"]))).toEqual(["a", "─", "no rows"]);
  });

  test("cuts long texts to the width it is given", () => {
    const lines = table(rows(["doc", "n"], ["a very long text indeed", 1]), 17);
    expect(lines).toEqual(["doc             n", "──────────────  ─", "a very long t…  1"]);
  });

  test("names the columns that do not fit", () => {
    const lines = table(rows(["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"], [1, 2, 3]), 23);
    expect(lines).toEqual([
      "aaaaaaaaaa  bbbbbbbbbb",
      "──────────  ──────────",
      "         1           2",
      "1 more column does not",
      "fit: cccccccccc",
    ]);
  });

  test("lets no control character of the data reach the terminal", () => {
    expect(table(rows(["a"], ["x\u001b[2Jy\nz"])).at(-1)).toBe(String.raw`x\u001b[2Jy\nz`);
  });

  test("shows whole seconds of timestamps without milliseconds", () => {
    expect(table(rows(["ts"], ["2024-01-02T14:30:00.000Z"])).at(-1)).toBe("2024-01-02T14:30:00Z");
  });
});

test("numbers of a column share as many decimals as the smallest needs for four digits", () => {
  const format = columnNumberFormat([1.234_567_891_2, 0.000_012_345_678]);
  expect([format(1.234_567_891_2), format(0.000_012_345_678)]).toEqual(["1.23456789", "0.00001235"]);
});

test("rows of objects have the fields of the first as columns", () => {
  expect(rowsOf([{ a: 1, b: "x" }])).toEqual({ columns: [{ name: "a" }, { name: "b" }], rows: [[1, "x"]] });
});

test("facts align their values and continue long remarks below", () => {
  const facts = [
    { label: "received", value: 1_281_500, remark: "rows from three files" },
    { label: "bad", value: 2 },
  ];
  expect(formatFacts(facts, { widthMax: 32 })).toEqual([
    "received  1,281,500  rows from\n",
    "                     three files\n",
    "bad               2\n",
  ]);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_500, "1.5 kB"],
  [452_000_000, "452 MB"],
  [999_600, "1.0 MB"],
])("%d bytes are %s", (value, text) => {
  expect(bytes(value)).toBe(text);
});

test.each([
  [420, "0.4 s"],
  [38_000, "38 s"],
  [59_800, "1 min 00 s"],
  [125_000, "2 min 05 s"],
  [3_720_000, "1 h 02 min"],
])("%d ms are %s", (value, text) => {
  expect(duration(value)).toBe(text);
});

test.each([
  [31, "31/s"],
  [161_600, "162k/s"],
  [2_640_000, "2.6M/s"],
])("%d a second is %s", (value, text) => {
  expect(rate(value)).toBe(text);
});

test.each([
  [0, "0 s"],
  [119.9, "119 s"],
  [120, "2 min"],
  [7_199, "119 min"],
  [7_200, "2 h"],
  [172_799, "47 h"],
  [172_800, "2 d"],
  [86_400_000, "1,000 d"],
])("%d seconds ago is %s", (seconds, text) => {
  expect(age(seconds)).toBe(text);
});

describe("a table that wraps texts", () => {
  test("goes on below where a text does not fit and cuts nothing but longer words", () => {
    const value = rows(
      ["name", "n", "meaning"],
      ["close", 1, "Last price of the bar."],
      ["volume", 22, "Traded volume; 0 where the source has none."],
    );
    const layout = { widthMax: 28, wrapsTexts: true };
    expect([...formatRows(value, "table", layout)].join("")).toBe(
      [
        "name     n  meaning",
        "──────  ──  ────────────────",
        "close    1  Last price of",
        "            the bar.",
        "volume  22  Traded volume; 0",
        "            where the source",
        "            has none.",
        "",
      ].join("\n"),
    );
  });
});
