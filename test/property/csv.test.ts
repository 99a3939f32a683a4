import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBarsCsv } from "../../core/bars/csv.ts";
import { recordEnd, splitRecord } from "../../core/bars/csv/record.ts";
import { fromRows, toRows, type Batch } from "../../core/columnar/batch.ts";
import { rawBars, type Row } from "../../core/tables/index.ts";
import { dailyReceipt, intradayReceipt, readCsv } from "../helpers/csv.ts";
import { hasSharedData, readSharedText } from "../helpers/shared-data.ts";

const dayMs = 86_400_000;
/** Years 1900 to 2100: what four digits and any exchange's history allow. */
const days = fc.integer({ min: -25_567, max: 47_847 }).map((day) => day * dayMs);
const instants = fc.tuple(days, fc.nat(dayMs - 1)).map(([day, ms]) => day + ms);
const numbers = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
const prices = fc.option(fc.integer({ min: -1_000_000, max: 1_000_000_000 }).map((cents) => cents / 100));
const symbols = fc.option(
  fc.oneof(
    fc.constantFrom("AAPL", "^GSPC", "BTC-USD", "THYAO.IS"),
    fc
      .string({ unit: fc.constantFrom("A", '"', ",", "\n", "\r", "#", " ", "İ", "株", "😀"), maxLength: 6 })
      // Blanks around a symbol are not part of it; a number sign at the start of a line would be a comment.
      .filter((text) => text !== "" && text === text.trim() && !text.startsWith("#")),
  ),
);

function batchesOf(tsMs: fc.Arbitrary<number>): fc.Arbitrary<Batch<typeof rawBars>> {
  const row = fc.record({
    symbol: symbols,
    ts: fc.option(tsMs),
    open: prices,
    high: numbers,
    low: prices,
    close: numbers,
    adj_close: numbers,
    volume: prices,
    currency: fc.option(fc.constantFrom("USD", "TRY")),
  });
  return fc.array(row, { maxLength: 12 }).map((rows) => fromRows(rawBars, rows as Row<typeof rawBars>[]));
}

/** What a file carries of a bar. */
function carried(batch: Batch<typeof rawBars>) {
  return toRows(rawBars, batch).map(({ symbol, ts, open, high, low, close, adj_close, volume, currency }) => {
    return { symbol, ts, open, high, low, close, adj_close, volume, currency };
  });
}

describe.each([
  ["daily", dailyReceipt, days],
  ["intraday", intradayReceipt, instants],
] as const)("%s bars", (_, receipt, tsMs) => {
  it("come back from CSV bit for bit", () => {
    fc.assert(
      fc.property(batchesOf(tsMs), (batch) => {
        const { batch: read, reader } = readCsv(formatBarsCsv(batch, receipt.interval), receipt);
        expect(carried(read)).toStrictEqual(carried(batch));
        expect(reader.errorCount).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it("are the same however the bytes are cut into chunks", () => {
    fc.assert(
      fc.property(batchesOf(tsMs), fc.integer({ min: 1, max: 50 }), (batch, chunkBytes) => {
        const bytes = formatBarsCsv(batch, receipt.interval);
        expect(readCsv(bytes, receipt, chunkBytes).batch).toStrictEqual(readCsv(bytes, receipt).batch);
      }),
      { numRuns: 100 },
    );
  });
});

const digit = fc.nat(9).map(String);
/** Decimal text as files have it, far beyond what a double holds. */
const decimals = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.string({ unit: digit, maxLength: 24 }),
    fc.option(fc.string({ unit: digit, maxLength: 30 })),
    fc.option(fc.tuple(fc.constantFrom("e", "E", "e+", "e-"), fc.nat(300))),
  )
  .map(([sign, whole, fraction, exponent]) =>
    [sign, whole, fraction === null ? "" : `.${fraction}`, exponent === null ? "" : exponent.join("")].join(
      "",
    ),
  )
  .filter((text) => /\d/.test(text.split(/e/i)[0]!) && Number.isFinite(Number(text)));

it("reads every decimal number as Number does, bit for bit", () => {
  fc.assert(
    fc.property(fc.array(decimals, { minLength: 1, maxLength: 20 }), (texts) => {
      const lines = texts.map((text) => `A,2024-01-02,${text},1,1,1,1\n`);
      const { batch } = readCsv(`symbol,ts,open,high,low,close,volume\n${lines.join("")}`);
      expect([...batch.columns.open]).toStrictEqual(texts.map(Number));
    }),
    { numRuns: 500 },
  );
});

it("splits records as csv-parse does", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "1", '"', ",", "\n", "\r\n", " ", "İ"), maxLength: 6 });
  const quoted = cell.map((text) => `"${text.replaceAll('"', '""')}"`);
  const plain = fc.string({ unit: fc.constantFrom("a", "1", " ", "İ"), maxLength: 6 });
  const record = fc
    .array(fc.oneof(quoted, plain), { minLength: 1, maxLength: 6 })
    .map((cells) => cells.join(","))
    .filter((text) => text !== "");
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (records) => {
      const text = `${records.join("\n")}\n`;
      const expected = parse(text, { relax_column_count: true, record_delimiter: "\n" });
      expect(recordsOf(Buffer.from(text))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

function recordsOf(bytes: Buffer): (readonly string[])[] {
  const records: (readonly string[])[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = recordEnd(bytes, at, bytes.length);
    records.push(splitRecord(bytes.subarray(at, end).toString()).cells);
    at = end + 1;
  }
  return records;
}

const numberOf = (cell: string) => (cell === "" ? Number.NaN : Number(cell));

describe.skipIf(!hasSharedData)("real files (../shared/data, skipped where it is absent)", () => {
  it.each([
    "daily/crypto.csv.gz",
    "daily/bond.csv.gz",
    "daily/stock-bist.csv.gz",
    "dirty/SMFL-1d-null-rows.csv",
  ])("%s is read as csv-parse reads it, and written back byte for byte", (file) => {
    const text = readSharedText(file);
    const { batch, reader } = readCsv(text);
    const expected: string[][] = parse(text, { from_line: 2 });
    expect(reader.errorCount).toBe(0);
    expect([...batch.columns.close]).toStrictEqual(expected.map((cells) => numberOf(cells[5]!)));
    expect([...batch.columns.ts]).toStrictEqual(expected.map((cells) => Date.parse(cells[1]!)));
    // A plain answer: drawing the difference of two long files takes minutes.
    expect(Buffer.from(formatBarsCsv(batch, "1d")).equals(Buffer.from(text))).toBe(true);
  });
});
