/** Every byte of small files damaged: what comes is right or refused, soon, and without room for what a file cannot hold. */
import { beforeAll, describe, expect, it } from "vitest";
import { encodeStrings } from "../../core/columnar/batch.ts";
import { writerName } from "../../core/columnar/parquet/pages.ts";
import { decodeParquet, encodeParquet } from "../../core/columnar/parquet.ts";
import { UnreadableObjectError } from "../../core/errors.ts";
import { defineTable, optional, required } from "../../core/tables/table.ts";

const table = defineTable({
  name: "damaged",
  zone: "curated",
  prefix: "curated/damaged/",
  doc: "Columns whose pages are of every kind.",
  partitions: [],
  columns: [
    required("text", "string", "Text."),
    optional("maybe_price", "double", "Price."),
    required("at", "timestamp", "Time."),
    required("flag", "boolean", "Flag."),
  ],
  key: ["text"],
});

/** More than a reader needs for a file of some kilobytes, and less than any size in it that is wrong asks for. */
const roomMax = 8 * 2 ** 20;

/** Two row groups; prices are compressed, texts are in a dictionary, times are plain. */
const rowCount = 150;
const numbers = (of: (row: number) => number) => Float64Array.from({ length: rowCount }, (_, row) => of(row));
const file = encodeParquet(
  table,
  {
    rowCount,
    columns: {
      text: encodeStrings(Array.from({ length: rowCount }, (_, row) => `S${row % 7}`)),
      maybe_price: numbers((row) => (row % 5 === 0 ? Number.NaN : Math.floor(row / 3))),
      at: numbers((row) => row * 60_000),
      flag: Uint8Array.from({ length: rowCount }, (_, row) => row % 2),
    },
  },
  { rowGroupRows: 100 },
);

/** As if somebody else had written it: then its pages are read by hyparquet, which looks at no checksum. */
const foreignFile = Uint8Array.from(
  Buffer.from(
    Buffer.from(file).toString("latin1").replace(writerName, writerName.replace(/.$/, "X")),
    "latin1",
  ),
);

const room = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

async function outcomeOf(bytes: Uint8Array) {
  const before = room();
  const outcome = await decodeParquet(table, "key", bytes).catch((error: unknown) => error);
  return { outcome, room: room() - before };
}

/** Beside flipped bits: the largest numbers, and in Thrift the heads of lists whose length follows. */
const otherBytes = [0xff, 0x7f, 0xfc, 0xf8, 0xf5];

/** All files with one byte that differs, and where. */
function* damagedAnywhere(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at++) {
    const bits = Array.from({ length: 8 }, (_, bit) => bytes[at]! ^ (1 << bit));
    for (const value of new Set([...bits, ...otherBytes])) {
      if (value === bytes[at]) continue;
      const damaged = bytes.slice();
      damaged[at] = value;
      yield { damaged, place: `byte ${at} is ${value}` };
    }
  }
}

describe.each([
  ["of ours", file, true],
  ["of another writer", foreignFile, false],
])("a file %s with a byte that differs", (_, bytes, hasChecksums) => {
  let whole: unknown;
  const wrong: string[] = [];
  const roomy: string[] = [];

  beforeAll(async () => {
    whole = JSON.stringify(await decodeParquet(table, "key", bytes));
    for (const { damaged, place } of damagedAnywhere(bytes)) {
      const { outcome, room } = await outcomeOf(damaged);
      if (room > roomMax) roomy.push(`${place}: ${Math.round(room / 2 ** 20)} MB`);
      if (outcome instanceof UnreadableObjectError) continue;
      const isRight = !hasChecksums || JSON.stringify(outcome) === whole;
      if (outcome instanceof Error || !isRight) wrong.push(`${place}: ${String(outcome)}`);
    }
  }, 120_000);

  it("is read right, or refused as unreadable", () => {
    expect(wrong).toEqual([]);
  });

  it("takes no more room than a file of its size can need", () => {
    expect(roomy).toEqual([]);
  });
});
