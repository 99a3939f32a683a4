import { describe, expect, it } from "vitest";
import { parquetReadObjects } from "hyparquet";
import { parquetMetadata } from "hyparquet/src/metadata.js";
import { constantNumber, constantString, toRows } from "../../../core/columnar/batch.ts";
import { decodeParquet, encodeParquet, parquetInfo } from "../../../core/columnar/parquet.ts";
import { decompress } from "../../../core/columnar/parquet/pages.ts";
import { barsDaily, eltJobLog, indicatorsDaily, tables } from "../../../core/tables/index.ts";
import { defineTable, optional, required } from "../../../core/tables/table.ts";
import { sampleBatch, sampleRows } from "../../helpers/sample-batch.ts";

const key = "curated/bars_daily/asset_class=stock/year=2026/shard-03.parquet";

const pair = defineTable({
  name: "pair",
  zone: "curated",
  prefix: "curated/pair/",
  doc: "Two columns.",
  partitions: [],
  columns: [required("symbol", "string", "Name."), required("close", "double", "Price.")],
  key: ["symbol"],
});

const pairOf = (symbols: string[], closes: number[]) => ({
  rowCount: symbols.length,
  columns: {
    symbol: { values: symbols, codes: Uint32Array.from(symbols.keys()) },
    close: Float64Array.from(closes),
  },
});

describe.each(tables.map((table) => [table.name, table] as const))("Parquet of %s", (_, table) => {
  it("comes back as it went in, with nulls, negative zero and several row groups", async () => {
    const bytes = encodeParquet(table, sampleBatch(table, 100), { rowGroupRows: 32 });
    const batch = await decodeParquet(table, key, bytes);
    expect(toRows(table, batch as never)).toStrictEqual(sampleRows(table, 100));
    expect(parquetInfo(key, bytes)).toEqual({ rowCount: 100, rowGroupRows: [32, 32, 32, 4] });
  });

  it("holds no rows as well", async () => {
    const bytes = encodeParquet(table, sampleBatch(table, 0));
    expect((await decodeParquet(table, key, bytes)).rowCount).toBe(0);
  });

  it("is read by hyparquet's general reader", async () => {
    const bytes = encodeParquet(table, sampleBatch(table, 50), { rowGroupRows: 20 });
    const rows = await parquetReadObjects({
      file: bytes.slice().buffer,
      compressors: { ZSTD: decompress },
    });
    const expected = sampleRows(table, 50).map((row) =>
      Object.fromEntries(
        table.columns.map(({ name, type }) => {
          const value = (row as Record<string, unknown>)[name]!;
          if (value === null || value === undefined) return [name, null];
          if (type === "timestamp") return [name, new Date(value as number)];
          if (type === "date") return [name, new Date((value as number) * 86_400_000)];
          return [name, type === "bigint" ? BigInt(value as number) : value];
        }),
      ),
    );
    expect(rows).toEqual(expected);
  });
});

describe("encodeParquet", () => {
  it("writes the declared types, and no partition columns", () => {
    const { schema } = parquetMetadata(encodeParquet(eltJobLog, sampleBatch(eltJobLog, 3)));
    const shown = schema.slice(1).map(({ name, type, converted_type, repetition_type }) => {
      return [name, type, converted_type, repetition_type].join(" ");
    });
    expect(shown).toEqual([
      "run_id BYTE_ARRAY UTF8 REQUIRED",
      "stage BYTE_ARRAY UTF8 REQUIRED",
      "asset_class BYTE_ARRAY UTF8 REQUIRED",
      "interval BYTE_ARRAY UTF8 REQUIRED",
      "shard INT64  OPTIONAL",
      "status BYTE_ARRAY UTF8 REQUIRED",
      "detail BYTE_ARRAY UTF8 OPTIONAL",
      "scheduled_at INT64 TIMESTAMP_MILLIS REQUIRED",
      "started_at INT64 TIMESTAMP_MILLIS REQUIRED",
      "duration_ms DOUBLE  REQUIRED",
      "rows_in INT64  REQUIRED",
      "rows_out INT64  REQUIRED",
      "rows_rejected INT64  REQUIRED",
      "bytes_in INT64  REQUIRED",
      "bytes_out INT64  REQUIRED",
    ]);
  });

  it("gives equal bytes for equal rows, however their dictionaries are ordered", () => {
    const a = pairOf(["B", "A"], [1, 2]);
    const columns = {
      ...a.columns,
      symbol: { values: ["A", "unused", "B", "A"], codes: Uint32Array.of(2, 3) },
    };
    expect(encodeParquet(pair, { rowCount: 2, columns })).toEqual(encodeParquet(pair, a));
  });

  it("states bounds and null counts per row group, so that one symbol prunes", () => {
    const batch = pairOf(["A", "B", "C", "D"], [4, -1, 7, 7]);
    const { row_groups } = parquetMetadata(encodeParquet(pair, batch, { rowGroupRows: 2 }));
    const bounds = row_groups.map(({ columns }) =>
      columns.map(({ meta_data }) => {
        const { min_value, max_value, null_count } = meta_data!.statistics!;
        return [min_value, max_value, null_count];
      }),
    );
    expect(bounds).toEqual([
      [
        ["A", "B", 0n],
        [-1, 4, 0n],
      ],
      [
        ["C", "D", 0n],
        [7, 7, 0n],
      ],
    ]);
  });

  it("orders string bounds by their UTF-8 bytes, as readers do", () => {
    // U+FF61 sorts before U+1F600 in UTF-8 and behind it in UTF-16.
    const { row_groups } = parquetMetadata(encodeParquet(pair, pairOf(["😀", "｡"], [1, 2])));
    const { min_value, max_value } = row_groups[0]!.columns[0]!.meta_data!.statistics!;
    expect([min_value, max_value]).toEqual(["｡", "😀"]);
  });

  it("writes only encodings that Athena reads", () => {
    const { row_groups } = parquetMetadata(encodeParquet(barsDaily, sampleBatch(barsDaily, 1_000)));
    const used = new Set(row_groups[0]!.columns.flatMap(({ meta_data }) => meta_data!.encodings));
    expect([...used].sort()).toEqual(["PLAIN", "RLE", "RLE_DICTIONARY"]);
  });

  it("keeps constant columns to a handful of bytes", () => {
    const rowCount = 30_000;
    const columns = { symbol: constantString("AAPL", rowCount), close: constantNumber(100, rowCount) };
    expect(encodeParquet(pair, { rowCount, columns }).length).toBeLessThan(500);
  });

  it.each([
    [
      "number",
      pairOf(["A", "B"], [1, Number.NaN]),
      'table "pair", column "close": a value is required, row 1 has none',
    ],
    [
      "string",
      { rowCount: 1, columns: { symbol: constantString(null, 1), close: Float64Array.of(1) } },
      'table "pair", column "symbol": a value is required, row 0 has none',
    ],
  ])("refuses a required %s that is missing, naming column and row", (_, batch, message) => {
    expect(() => encodeParquet(pair, batch)).toThrow(message);
  });

  it.each([
    ["timestamp", 1.5],
    ["timestamp", Infinity],
    ["bigint", 2 ** 53],
    ["date", 2 ** 31],
  ] as const)("refuses a %s of %d", (type, value) => {
    const table = { ...pair, columns: [optional("x", type, "Value.")] };
    const batch = { rowCount: 2, columns: { x: Float64Array.of(0, value) } };
    expect(() => encodeParquet(table, batch)).toThrow(
      `table "pair", column "x": expected a whole number that fits ${type}, row 1 has "${value}"`,
    );
  });
});

describe("decodeParquet", () => {
  const bytes = encodeParquet(barsDaily, sampleBatch(barsDaily, 2_000));

  it("reads a subset of the columns", async () => {
    const { columns, rowCount } = await decodeParquet(barsDaily, key, bytes, {
      columns: ["close", "symbol"],
    });
    expect(rowCount).toBe(2_000);
    expect(Object.keys(columns).sort()).toEqual(["close", "symbol"]);
    expect(columns.close[1]).toBe(sampleRows(barsDaily, 2)[1]!.close);
  });

  it("says that a file is cut in half", async () => {
    await expect(decodeParquet(barsDaily, key, bytes.subarray(0, bytes.length / 2))).rejects.toThrow(
      `object "${key}": cut short`,
    );
  });

  it.each([
    ["empty", new Uint8Array(0), 'starts with ""'],
    ["CSV", Buffer.from("symbol,ts,open\n"), 'starts with "symbol,t"'],
  ])("says that a file is no Parquet: %s", async (_, other, message) => {
    await expect(decodeParquet(barsDaily, key, other)).rejects.toThrow(
      `object "${key}": not a Parquet file: expected to start with "PAR1", ${message}`,
    );
  });

  it("says that a file has other columns", async () => {
    await expect(decodeParquet(indicatorsDaily, key, bytes)).rejects.toThrow(
      /columns are not those of table "indicators_daily": the file lacks "price_change", .* and has unknown "open", /,
    );
  });

  it("says that a column has another type", async () => {
    const other = { ...pair, columns: [pair.columns[0], required("close", "timestamp", "Price.")] };
    const file = encodeParquet(other, pairOf(["A"], [1]));
    await expect(decodeParquet(pair, key, file)).rejects.toThrow(
      'column "close" is INT64 TIMESTAMP_MILLIS, table "pair" expects DOUBLE',
    );
  });

  it("says that an optional column lacks a value that the table requires", async () => {
    const loose = { ...pair, columns: [pair.columns[0], optional("close", "double", "Price.")] };
    const file = encodeParquet(loose, pairOf(["A", "B"], [1, Number.NaN]));
    await expect(decodeParquet(pair, key, file)).rejects.toThrow(
      'required column "close" has no value in row 1',
    );
  });

  it("finds any flipped bit of a page by its checksum", async () => {
    const { columns } = parquetMetadata(bytes).row_groups[0]!;
    for (const { meta_data, file_offset } of columns) {
      const damaged = bytes.slice();
      damaged[Number(file_offset + meta_data!.total_compressed_size) - 1]! ^= 0x10;
      await expect(decodeParquet(barsDaily, key, damaged)).rejects.toThrow(
        /wrong checksum; "marketlake rebuild" makes it afresh/,
      );
    }
  });

  it("says that the footer is damaged", async () => {
    const damaged = bytes.slice();
    damaged.fill(0xff, damaged.length - 200, damaged.length - 8);
    await expect(decodeParquet(barsDaily, key, damaged)).rejects.toThrow(`object "${key}": `);
  });
});
