import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BarsCsvReader, CsvError } from "../../../core/bars/csv.ts";
import { toRows } from "../../../core/columnar/batch.ts";
import { TerminalError } from "../../../core/errors.ts";
import { rawBars } from "../../../core/tables/index.ts";
import { dailyReceipt, intradayReceipt, readCsv } from "../../helpers/csv.ts";

const header = "symbol,ts,open,high,low,close,volume\n";
const day = Date.UTC(2024, 0, 2);

const rowsOf = (content: string | Uint8Array, receipt = dailyReceipt) =>
  toRows(rawBars, readCsv(content, receipt).batch);

/** The error that reading `content` ends with, and the rows before it. */
function failureOf(content: string | Uint8Array, receipt = dailyReceipt) {
  const reader = new BarsCsvReader(receipt, "bars.csv");
  try {
    reader.push(typeof content === "string" ? Buffer.from(content) : content);
    reader.finish();
  } catch (error) {
    return { error: error as CsvError, rowsBefore: reader.drain().rowCount };
  }
  throw new Error("expected a CsvError");
}

describe("BarsCsvReader", () => {
  it("reads rows with the origin of their receipt", () => {
    expect(rowsOf(`${header}AAPL,2024-01-02,187.15,188.44,183.885,185.64,82488700\n`)).toEqual([
      {
        symbol: "AAPL",
        ts: day,
        open: 187.15,
        high: 188.44,
        low: 183.885,
        close: 185.64,
        adj_close: null,
        volume: 82_488_700,
        currency: null,
        adjustment: "split",
        is_final: true,
        provider: "csv",
        ingested_at: dailyReceipt.ingestedAtMs,
        run_id: "run-1",
        parse_error: null,
        received_text: null,
      },
    ]);
  });

  it("takes columns in any order, under the names that vendors use, and passes over others", () => {
    const [row] = rowsOf(
      ' Date ,VOLUME,"Adj Close",note,Close,Low,High,Open,Ticker\n2024-01-02,5,9,x,4,2,3,1,A\n',
    );
    expect(row).toMatchObject({
      symbol: "A",
      ts: day,
      open: 1,
      high: 3,
      low: 2,
      close: 4,
      adj_close: 9,
      volume: 5,
    });
  });

  it("prefers a row's currency to that of the receipt", () => {
    const content =
      "symbol,ts,open,high,low,close,volume,currency\nA,2024-01-02,1,1,1,1,1,EUR\nB,2024-01-02,1,1,1,1,1,\n";
    const currencies = (currency: string | null) =>
      rowsOf(content, { ...dailyReceipt, currency }).map((row) => row.currency);
    expect(currencies("USD")).toEqual(["EUR", "USD"]);
    expect(currencies(null)).toEqual(["EUR", null]);
  });

  it("reads quotes, doubled quotes, line breaks in cells, CRLF, a byte order mark and a last line without its end", () => {
    const content = [
      '\uFEFFsymbol,ts,open,high,low,close,volume\r\n"A,""B""\nC","2024-01-02","1",2,1,"1.5",10\r\n',
      '"İST",2024-01-02,1,1,1,1,1',
    ].join("");
    expect(rowsOf(content)).toMatchObject([
      { symbol: 'A,"B"\nC', ts: day, open: 1, high: 2, low: 1, close: 1.5, volume: 10, parse_error: null },
      { symbol: "İST", parse_error: null },
    ]);
  });

  it("reads empty cells as missing and passes over blank lines", () => {
    const rows = rowsOf(`${header},,,,,,\n\nA,2024-01-02,,,,,\n\r\n\n`);
    expect(rows).toMatchObject([
      { symbol: null, ts: null, open: null, volume: null, parse_error: null },
      { symbol: "A", ts: day, close: null, parse_error: null },
    ]);
  });

  it("finds no rows in a file with only a header", () => {
    expect(rowsOf("symbol,ts,open,high,low,close,volume")).toEqual([]);
  });

  it.each([
    ["2024-01-02T15:30:00Z", Date.UTC(2024, 0, 2, 15, 30)],
    ["2024-01-02 15:30:00Z", Date.UTC(2024, 0, 2, 15, 30)],
    ["2024-01-02T15:30Z", Date.UTC(2024, 0, 2, 15, 30)],
    ["2024-01-02T15:30:00.250Z", Date.UTC(2024, 0, 2, 15, 30, 0, 250)],
    ["2024-01-02T18:30:00+03:00", Date.UTC(2024, 0, 2, 15, 30)],
    ["2024-01-02t10:00:00-0530", Date.UTC(2024, 0, 2, 15, 30)],
    ["2024-02-29T00:00:00+00", Date.UTC(2024, 1, 29)],
    ["1969-12-31T23:59:59Z", -1_000],
  ])("reads %s as an instant", (text, tsMs) => {
    expect(rowsOf(`${header}A,${text},1,1,1,1,1\n`, intradayReceipt)).toMatchObject([
      { ts: tsMs, parse_error: null },
    ]);
  });

  it("takes midnight UTC for a daily bar as well as its date", () => {
    expect(rowsOf(`${header}A,2024-01-02T00:00:00Z,1,1,1,1,1\n`)).toMatchObject([{ ts: day }]);
  });

  it("calls a bar final once its interval was over when it was received", () => {
    // Received at 2026-11-20T12:00:00Z.
    const content = `${header}A,2026-11-20T11:45:00Z,1,1,1,1,1\nA,2026-11-20T11:46:00Z,1,1,1,1,1\n`;
    expect(rowsOf(content, intradayReceipt).map((row) => row.is_final)).toEqual([true, false]);
  });
});

describe("a row that cannot be read in full", () => {
  it.each([
    ["A,2024-01-02,1,1,1,abc,1", 'line 3, column 6 (close): expected a number, got "abc"'],
    ["A,2024-01-02,1,1,0x1f,1,1", 'line 3, column 5 (low): expected a number, got "0x1f"'],
    ["A,2024-01-02,1e999,1,1,1,1", 'line 3, column 3 (open): expected a number, got "1e999"'],
    ["A,2024-01-02,NaN,1,1,1,1", 'line 3, column 3 (open): expected a number, got "NaN"'],
    [
      "A,02/01/2024,1,1,1,1,1",
      'line 3, column 2 (ts): expected a date such as "2026-11-20", got "02/01/2024"',
    ],
    [
      "A,2023-02-29,1,1,1,1,1",
      'line 3, column 2 (ts): expected a date such as "2026-11-20", got "2023-02-29", a day that does not exist',
    ],
    ["A,2024-01-02,1,1,1,1", "line 3: expected 7 cells, got 6"],
    ["A,2024-01-02,1,1,1,1,1,", "line 3: expected 7 cells, got 8"],
    ['A,2024-01-02,"1"2,1,1,1,1', "line 3, column 3 (open): text behind a closing quote"],
    [
      "A,?,-,1,1,1,1",
      'line 3, column 2 (ts): expected a date such as "2026-11-20", got "?"; line 3, column 3 (open): expected a number, got "-"',
    ],
  ])("is kept with its reason: %s", (line, problem) => {
    const { batch, reader } = readCsv(`${header}A,2024-01-01,1,1,1,1,1\n${line}\nA,2024-01-03,1,1,1,1,1\n`);
    const rows = toRows(rawBars, batch);
    expect(rows.map((row) => row.parse_error)).toEqual([null, problem, null]);
    expect(rows.map((row) => row.received_text)).toEqual([null, line, null]);
    expect(reader.errorCount).toBe(1);
    expect(reader.readErrors).toEqual([{ line: 3, problem }]);
  });

  it("keeps its readable cells", () => {
    expect(rowsOf(`${header}A,2024-01-02,1,2,0.5,abc,7\n`)).toMatchObject([
      { symbol: "A", ts: day, open: 1, high: 2, low: 0.5, close: null, volume: 7 },
    ]);
  });

  it.each([
    [
      "2024-01-02 15:30:00",
      /expected a time with its zone, got "2024-01-02 15:30:00", which names none; add Z for UTC/,
    ],
    ["2024-01-02", /expected a time such as "2026-11-20T14:30:00Z", got "2024-01-02"/],
    ["2024-01-02T24:00:00Z", /a time that does not exist/],
    ["1704207600", /expected a time such as "2026-11-20T14:30:00Z", got "1704207600"/],
  ])("says what an intraday bar's time %s lacks", (text, problem) => {
    const [row] = rowsOf(`${header}A,${text},1,1,1,1,1\n`, intradayReceipt);
    expect(row!.ts).toBeNull();
    expect(row!.parse_error).toMatch(problem);
  });

  it("counts lines inside quoted cells", () => {
    const { reader } = readCsv(`${header}"A\nB",2024-01-02,1,1,1,1,1\nA,2024-01-02,x,1,1,1,1\n`);
    expect(reader.readErrors.map(({ line }) => line)).toEqual([4]);
  });

  it("bounds the text it keeps", () => {
    const [row] = rowsOf(`${header}A,2024-01-02,${"x".repeat(5_000)},1,1,1,1\n`);
    expect(row!.received_text!.length).toBe(1_000);
    expect(row!.parse_error!.length).toBeLessThan(200);
  });
});

describe("a file that cannot be read on", () => {
  it.each([
    ["", 1, "the file is empty; expected a header such as symbol,ts,open,high,low,close,volume"],
    [
      "symbol,ts,open,high,low,close\n",
      1,
      'the header lacks volume; expected symbol,ts,open,high,low,close,volume (any order; adj_close, currency optional), found "symbol,ts,open,high,low,close"',
    ],
    ["symbol;ts;open;high;low;close;volume\n", 1, "the delimiter is a semicolon, expected a comma"],
    ["symbol\tdate\topen\thigh\tlow\tclose\tvolume\n", 1, "the delimiter is a tab, expected a comma"],
    [
      "symbol,ts,open,high,low,close,volume,Close\n",
      1,
      'header "Close" repeats column 6 ("close"); keep one of them',
    ],
    ["# prices\nsymbol,ts\n", 1, 'comments are not part of CSV, got "# prices"; remove the line'],
    [`${header}A,2024-01-02,1,1,1,1,1\n#end\n`, 3, "comments are not part of CSV"],
    [
      `${header}A,2024-01-02,1,1,1,1,1\n"B,2024-01-02,1,1,1,1,1\nC,2024-01-02,1,1,1,1,1\n`,
      3,
      "a quoted cell of the record that starts here is never closed",
    ],
    [
      `${header}A,2024-01-02,1,1,1,1,1\nA\0,2024-01-02,1,1,1,1,1\n`,
      3,
      "expected UTF-8 text, found bytes that are none",
    ],
  ])("says where and why: %j", (content, line, problem) => {
    const { error, rowsBefore } = failureOf(content);
    expect(error).toBeInstanceOf(CsvError);
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.message).toContain(`CSV "bars.csv", line ${line}`);
    expect(error.message).toContain(problem);
    expect(error.line).toBe(line);
    expect(rowsBefore).toBe(line === 3 ? 1 : 0);
  });

  it("names the column of a repeated header", () => {
    expect(failureOf("symbol,ts,open,high,low,close,volume,Date\n").error.column).toBe(8);
  });

  it.each([
    ["gzip", gzipSync(header), "a gzip file"],
    ["Parquet", Buffer.from("PAR1\x15\x04\x15"), "a Parquet file"],
    ["UTF-16", Buffer.from(`\uFEFF${header}`, "utf16le"), "UTF-16"],
  ])("recognises %s", (_, bytes, kind) => {
    expect(failureOf(bytes).error.message).toContain(`expected text, this is ${kind}`);
  });

  it("refuses bytes that are not UTF-8", () => {
    const bytes = Buffer.concat([
      Buffer.from(header),
      Buffer.from([0xc4, 0x28]),
      Buffer.from(",2024-01-02,1,1,1,1,1\n"),
    ]);
    expect(failureOf(bytes).error.message).toContain("expected UTF-8 text");
  });

  it.each([
    ["in one piece", 200_000_000],
    ["in small pieces", 16_384],
  ])("refuses a line of 100 MB %s, with its number and without keeping it", (_, chunkBytes) => {
    const reader = new BarsCsvReader(dailyReceipt, "bars.csv");
    reader.push(Buffer.from(`${header}A,2024-01-02,1,1,1,1,1\n`));
    const chunk = Buffer.alloc(Math.min(chunkBytes, 100_000_000), "x");
    let pushedBytes = 0;
    const pushAll = () => {
      for (; pushedBytes < 100_000_000; pushedBytes += chunk.length) reader.push(chunk);
    };
    expect(pushAll).toThrow("line 3: the line is longer than 1048576 bytes");
    expect(pushedBytes).toBeLessThan(1_100_000);
    expect(reader.drain().rowCount).toBe(1);
  });

  it("drops an incomplete last line where the caller knows that the file is cut", () => {
    const reader = new BarsCsvReader(dailyReceipt, "bars.csv");
    reader.push(Buffer.from(`${header}A,2024-01-02,1,1,1,1,1\nB,2024-01-02,1,1,1,1,12`));
    expect(reader.abandon()).toBe(23);
    expect(reader.drain().rowCount).toBe(1);
    expect(() => reader.push(Buffer.from("x"))).toThrow('CSV "bars.csv": push after the end');
  });
});

it("hands out each row once and counts them all", () => {
  const reader = new BarsCsvReader(dailyReceipt, "bars.csv");
  reader.push(Buffer.from(`${header}A,2024-01-02,1,1,1,1,1\n`));
  expect(reader.drain().rowCount).toBe(1);
  reader.push(Buffer.from("A,2024-01-03,x,2,2,2,2\nB,2024-01-03,3,3,3,3,3\n"));
  expect([reader.rowCount, reader.pendingRowCount]).toEqual([3, 2]);
  expect(toRows(rawBars, reader.drain())).toMatchObject([
    { symbol: "A", open: null, parse_error: 'line 3, column 3 (open): expected a number, got "x"' },
    { symbol: "B", open: 3, parse_error: null },
  ]);
  expect(reader.pendingRowCount).toBe(0);
});
