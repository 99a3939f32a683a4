import { describe, expect, it } from "vitest";
import { annotateBars, curateBars, type BarsFacts } from "../../../core/bars/curate.ts";
import { toRows } from "../../../core/columnar/batch.ts";
import { BaseRates } from "../../../core/currency/rates.ts";
import type { Series } from "../../../core/lake/keys.ts";
import { barsDaily, receivedBars } from "../../../core/tables/index.ts";
import { rawBatch, rawRow, receivedBatch, type ReceivedRow } from "../../helpers/bar-rows.ts";

const daily: Series = { assetClass: "stock", interval: "1d" };
const quarter: Series = { assetClass: "stock", interval: "15min" };
const plain: BarsFacts = { partial: null, providerChain: [], rates: null };

const annotate = (rows: readonly Partial<ReceivedRow>[], facts: Partial<BarsFacts>, series = daily) =>
  toRows(barsDaily, annotateBars(receivedBatch(rows), series, { ...plain, ...facts }));

describe("annotateBars", () => {
  it("gives a bar without oddities 100 points and no flags", () => {
    expect(annotate([{}], {})).toEqual([
      expect.objectContaining({
        data_quality_score: 100,
        quality_flags: null,
        close_base: null,
        fx_rate: null,
      }),
    ]);
  });

  it("flags bars of every provider but the first of the chain as fallbacks, 5 points off", () => {
    const rows = ["fmp", "yahoo", "csv"].map((provider, i) => ({ provider, symbol: `S${i}` }));
    const flagged = annotate(rows, { providerChain: ["fmp", "yahoo"] });
    expect(flagged.map((row) => [row.quality_flags, row.data_quality_score])).toEqual([
      [null, 100],
      ["fallback_provider", 95],
      [null, 100],
    ]);
  });

  it("flags partial aggregates, 15 points off", () => {
    const rows = annotate([{ symbol: "A" }, { symbol: "B" }], { partial: Uint8Array.of(0, 1) });
    expect(rows.map((row) => [row.quality_flags, row.data_quality_score])).toEqual([
      [null, 100],
      ["partial_aggregate", 85],
    ]);
  });

  it("converts closes at the rate of the day, and flags bars without one, 5 points off", () => {
    const day = Date.UTC(2026, 10, 20) / 86_400_000;
    const pair = { symbol: "USDINR", inverse: false, days: [day - 1], closes: [84] };
    const rates = new BaseRates("INR", 1, new Map([["USD", [pair]]]));
    const rows = annotate(
      [
        { symbol: "A", currency: "USD", close: 105 },
        { symbol: "B", currency: "INR", close: 105 },
        { symbol: "C", currency: "TRY" },
        { symbol: "D", currency: null },
      ],
      { rates },
    );
    expect(
      rows.map((row) => [row.close_base, row.fx_rate, row.quality_flags, row.data_quality_score]),
    ).toEqual([
      [8_820, 84, null, 100],
      [105, 1, null, 100],
      [null, null, "fx_missing", 95],
      [null, null, "fx_missing", 95],
    ]);
  });

  it("adds the weights of several flags up", () => {
    const saturday = { ts: Date.UTC(2026, 10, 21), provider: "yahoo", volume: 0 };
    expect(annotate([saturday], { providerChain: ["fmp", "yahoo"] })).toEqual([
      expect.objectContaining({
        quality_flags: "fallback_provider,outside_session,zero_volume",
        data_quality_score: 70,
      }),
    ]);
  });

  it.each<[string, Series, number, string]>([
    ["daily bars their own date", daily, Date.UTC(2026, 10, 20), "2026-11-20"],
    ["intraday bars the exchange's date", quarter, Date.UTC(2026, 10, 20, 14, 30), "2026-11-20"],
    [
      "bars after midnight UTC the evening's date in New York",
      quarter,
      Date.UTC(2026, 10, 21, 0, 30),
      "2026-11-20",
    ],
  ])("gives %s", (_, series, ts, date) => {
    const [row] = annotate([{ ts }], {}, series);
    expect(new Date(row!.session_date * 86_400_000).toISOString().slice(0, 10)).toBe(date);
  });
});

describe("curateBars", () => {
  it("keeps all that was received of a bar, names its raw object, and drops what is known of bad rows only", () => {
    const { parse_error: _error, received_text: _text, ...received } = rawRow({ adj_close: 7 });
    const curated = toRows(receivedBars, curateBars(rawBatch([{ adj_close: 7 }]), "raw/9"));
    expect(curated).toEqual([{ ...received, source_key: "raw/9" }]);
  });
});
