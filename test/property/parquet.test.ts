import * as fc from "fast-check";
import { expect, it } from "vitest";
import { encodeStrings, type Batch } from "../../core/columnar/batch.ts";
import { decodeParquet, encodeParquet } from "../../core/columnar/parquet.ts";
import { bitWidthOf, decodeRuns, encodeRuns } from "../../core/columnar/parquet/runs.ts";
import { defineTable, optional, required } from "../../core/tables/table.ts";

const table = defineTable({
  name: "everything",
  zone: "curated",
  prefix: "curated/everything/",
  doc: "A column of every type, required and nullable.",
  partitions: [],
  columns: [
    required("text", "string", "Text."),
    optional("maybe_text", "string", "Text."),
    required("price", "double", "Price."),
    optional("maybe_price", "double", "Price."),
    required("count", "bigint", "Count."),
    optional("maybe_count", "bigint", "Count."),
    required("at", "timestamp", "Time."),
    optional("maybe_on", "date", "Day."),
    required("flag", "boolean", "Flag."),
  ],
  key: ["text"],
});

const text = fc.oneof(fc.constantFrom("AAPL", "MSFT", ""), fc.string({ unit: "grapheme", maxLength: 12 }));
const price = fc.double({ noNaN: true });
const maybe = <T>(value: fc.Arbitrary<T>, absent: T) =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: fc.constant(absent) });
const count = fc.maxSafeInteger();

/** Long stretches of one value and noise: both sides of every encoding decision. */
function column<T>(value: fc.Arbitrary<T>, rowCount: number): fc.Arbitrary<T[]> {
  const stretch = fc
    .tuple(value, fc.integer({ min: 1, max: 40 }))
    .map(([v, n]) => Array.from({ length: n }, () => v));
  return fc
    .array(fc.oneof(stretch, fc.array(value, { maxLength: 20 })), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.flat())
    .chain((values) =>
      values.length >= rowCount
        ? fc.constant(values.slice(0, rowCount))
        : fc.array(value, { minLength: rowCount, maxLength: rowCount }),
    );
}

const batches: fc.Arbitrary<Batch<typeof table>> = fc.integer({ min: 0, max: 150 }).chain((rowCount) =>
  fc
    .record({
      text: column(text, rowCount).map(encodeStrings),
      maybe_text: column(fc.option(text), rowCount).map(encodeStrings),
      price: column(price, rowCount).map((values) => Float64Array.from(values)),
      maybe_price: column(maybe(price, Number.NaN), rowCount).map((values) => Float64Array.from(values)),
      count: column(count, rowCount).map((values) => Float64Array.from(values)),
      maybe_count: column(maybe(count, Number.NaN), rowCount).map((values) => Float64Array.from(values)),
      at: column(count, rowCount).map((values) => Float64Array.from(values)),
      maybe_on: column(maybe(fc.integer(), Number.NaN), rowCount).map((values) => Float64Array.from(values)),
      flag: column(fc.boolean(), rowCount).map((values) => Uint8Array.from(values, Number)),
    })
    .map((columns) => ({ rowCount, columns })),
);

/** Texts instead of codes: dictionaries may be ordered anew. */
function withTexts({ columns }: Batch<typeof table>) {
  const texts = ({ values, codes }: typeof columns.text) => Array.from(codes, (code) => values[code] ?? null);
  return { ...columns, text: texts(columns.text), maybe_text: texts(columns.maybe_text) };
}

it("gives back every batch bit for bit, in row groups of any size", async () => {
  await fc.assert(
    fc.asyncProperty(batches, fc.integer({ min: 1, max: 160 }), async (batch, rowGroupRows) => {
      const bytes = encodeParquet(table, batch, { rowGroupRows });
      expect(withTexts(await decodeParquet(table, "key", bytes))).toStrictEqual(withTexts(batch));
    }),
    { numRuns: 150 },
  );
});

it("gives equal bytes for a batch that was read back", async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (batch) => {
      const bytes = encodeParquet(table, batch);
      expect(encodeParquet(table, await decodeParquet(table, "key", bytes))).toEqual(bytes);
    }),
    { numRuns: 50 },
  );
});

it("throws a typed error or reads right whatever single byte is damaged", async () => {
  const bytes = encodeParquet(table, fc.sample(batches, { seed: 7, numRuns: 20 }).at(-1)!);
  const expected = withTexts(await decodeParquet(table, "key", bytes));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const damaged = bytes.slice();
      damaged[at]! ^= flip;
      const outcome = await decodeParquet(table, "key", damaged).then(
        withTexts,
        (error: Error) => error.name,
      );
      // The footer has no checksum: damage to its statistics goes unseen, and it does not matter.
      expect([expected, "UnreadableObjectError"]).toContainEqual(outcome);
    }),
    { numRuns: 500, seed: 1 },
  );
});

it("decodes the runs it encodes", () => {
  const runs = fc.integer({ min: 1, max: 16 }).chain((bitWidth) => {
    const value = fc.integer({ min: 0, max: 2 ** bitWidth - 1 });
    return fc.tuple(
      fc.constant(bitWidth),
      fc.nat(300).chain((n) => column(value, n)),
    );
  });
  fc.assert(
    fc.property(runs, ([bitWidth, list]) => {
      const values = Uint32Array.from(list);
      const bytes = encodeRuns(values, values.length, bitWidth);
      const decoded = new Uint32Array(values.length);
      decodeRuns(bytes, 0, bytes.length, bitWidth, decoded, values.length);
      expect(decoded).toEqual(values);
    }),
  );
});

it("takes the bits that the largest index needs", () => {
  expect([1, 2, 3, 4, 5, 256, 257, 65_536].map(bitWidthOf)).toEqual([1, 1, 2, 2, 3, 8, 9, 16]);
});
