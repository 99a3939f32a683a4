import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeBars } from "../../core/bars/merge.ts";
import type { Bars } from "../../core/bars/bars.ts";
import { toRows } from "../../core/columnar/batch.ts";
import { receivedBars } from "../../core/tables/index.ts";
import { receivedBatch, receivedRow, type ReceivedRow } from "../helpers/bar-rows.ts";

/** Names sort the other way round than trust, and two providers are not listed. */
const priority = ["fmp", "yahoo"];
const providers = ["yahoo", "fmp", "binance", "stooq"];

/** A row's values follow from where it comes from, as one raw object says one thing about a bar. */
const row = fc
  .record({
    symbol: fc.constantFrom("AAPL", "^GSPC", "aapl", "İŞ", "BTC-USD"),
    day: fc.nat(3),
    isFinal: fc.boolean(),
    receivedHour: fc.nat(2),
    provider: fc.nat(providers.length - 1),
    object: fc.nat(2),
  })
  .map(({ symbol, day, isFinal, receivedHour, provider, object }) =>
    receivedRow({
      symbol,
      ts: Date.UTC(2026, 10, 16 + day),
      is_final: isFinal,
      ingested_at: Date.UTC(2026, 10, 20, receivedHour),
      provider: providers[provider]!,
      source_key: `raw/${providers[provider]}-${object}`,
      close: day + 10 * Number(isFinal) + 100 * receivedHour + 1_000 * provider + 10_000 * object,
    }),
  );
const batches = fc.array(row, { maxLength: 30 }).map(receivedBatch);

const merge = (...parts: Bars[]) => mergeBars(parts, priority);
const rowsOf = (bars: Bars) => toRows(receivedBars, bars);

const trust = (provider: string) =>
  priority.includes(provider) ? priority.length - priority.indexOf(provider) : 0;

const isGreater = (a: (string | number)[], b: (string | number)[]) => {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at]! > b[at]!;
};

const rank = (r: ReceivedRow) => [Number(r.is_final), r.ingested_at, trust(r.provider), r.source_key];

/** The definition, word for word: greatest (is_final, ingested_at, provider priority, source_key) per (symbol, ts). */
function naiveMerge(rows: readonly ReceivedRow[]): ReceivedRow[] {
  const best = new Map<string, ReceivedRow>();
  for (const candidate of rows) {
    const key = `${candidate.symbol} ${candidate.ts}`;
    const known = best.get(key);
    if (known === undefined || isGreater(rank(candidate), rank(known))) best.set(key, candidate);
  }
  return [...best.values()].sort((a, b) =>
    a.symbol === b.symbol ? a.ts - b.ts : a.symbol < b.symbol ? -1 : 1,
  );
}

describe("mergeBars", () => {
  it("keeps the rows that a map of best rows keeps, sorted by symbol and time", () => {
    fc.assert(
      fc.property(fc.array(batches, { minLength: 1, maxLength: 4 }), (parts) => {
        expect(rowsOf(merge(...parts))).toStrictEqual(naiveMerge(parts.flatMap(rowsOf)));
      }),
    );
  });

  it("is commutative", () => {
    fc.assert(
      fc.property(batches, batches, (a, b) => {
        expect(rowsOf(merge(a, b))).toStrictEqual(rowsOf(merge(b, a)));
      }),
    );
  });

  it("is associative", () => {
    fc.assert(
      fc.property(batches, batches, batches, (a, b, c) => {
        const together = rowsOf(merge(a, b, c));
        expect(rowsOf(merge(merge(a, b), c))).toStrictEqual(together);
        expect(rowsOf(merge(a, merge(b, c)))).toStrictEqual(together);
      }),
    );
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(batches, (a) => {
        const once = merge(a);
        expect(rowsOf(merge(a, a))).toStrictEqual(rowsOf(once));
        expect(rowsOf(merge(once, a))).toStrictEqual(rowsOf(once));
      }),
    );
  });

  const noon = Date.UTC(2026, 10, 20, 12);
  it.each<[string, Partial<ReceivedRow>, Partial<ReceivedRow>]>([
    [
      "a final row over a later provisional one",
      { is_final: true },
      { is_final: false, ingested_at: noon + 1 },
    ],
    [
      "the later of two rows, whoever sent it",
      { ingested_at: noon + 1, provider: "stooq" },
      { provider: "fmp", source_key: "raw/9" },
    ],
    [
      "of rows received together that of the more trusted provider",
      { provider: "fmp" },
      { provider: "yahoo", source_key: "raw/9" },
    ],
    [
      "a listed provider over one that is not",
      { provider: "yahoo" },
      { provider: "zacks", source_key: "raw/9" },
    ],
    ["the greater source key where all else is equal", { source_key: "raw/2" }, { source_key: "raw/10" }],
  ])("keeps %s", (_, better, worse) => {
    const rows = [
      { ...better, close: 101 },
      { ...worse, close: 102 },
    ];
    expect(rowsOf(mergeBars([receivedBatch(rows)], priority)).map(({ close }) => close)).toEqual([101]);
    expect(rowsOf(mergeBars([receivedBatch(rows.toReversed())], priority)).map(({ close }) => close)).toEqual(
      [101],
    );
  });
});
