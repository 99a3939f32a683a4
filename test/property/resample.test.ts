import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resampleBars } from "../../core/bars/resample.ts";
import { toRows } from "../../core/columnar/batch.ts";
import { receivedBars } from "../../core/tables/index.ts";
import { receivedBatch, receivedRow, type ReceivedRow } from "../helpers/bar-rows.ts";

const minuteMs = 60_000;
const originMs = Date.UTC(2026, 10, 20, 14, 30);

/** Some of the 5-minute bars of three hours, also before 1970, sorted and unique. */
const bars = (fromMs: number) =>
  fc
    .uniqueArray(
      fc.record({
        symbol: fc.constantFrom("^DJI", "^GSPC"),
        slot: fc.nat(35),
        prices: fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999), fc.nat(999)),
        volume: fc.nat(2 ** 31 - 1).map((lots) => lots * 1_000),
        isFinal: fc.boolean(),
        receivedMs: fc.nat(1_000),
      }),
      { maxLength: 40, selector: ({ symbol, slot }) => `${symbol} ${slot}` },
    )
    .map((list) =>
      list
        .map(({ symbol, slot, prices, volume, isFinal, receivedMs }) =>
          receivedRow({
            symbol,
            ts: fromMs + slot * 5 * minuteMs,
            open: prices[0],
            high: prices[1],
            low: prices[2],
            close: prices[3],
            volume,
            is_final: isFinal,
            ingested_at: originMs + receivedMs,
          }),
        )
        .sort((a, b) => (a.symbol === b.symbol ? a.ts - b.ts : a.symbol < b.symbol ? -1 : 1)),
    );
const anyBars = fc.constantFrom(originMs, Date.UTC(1969, 11, 31, 22, 40)).chain(bars);

/** Groups by the bar of `toMinutes` in which a shorter bar starts. */
function naiveResample(rows: readonly ReceivedRow[], toMinutes: number) {
  const startOf = (ts: number) => Math.floor(ts / (toMinutes * minuteMs)) * toMinutes * minuteMs;
  const groups = Map.groupBy(rows, ({ symbol, ts }) => `${symbol} ${startOf(ts)}`);
  return [...groups.values()].map((group) => ({
    symbol: group[0]!.symbol,
    ts: startOf(group[0]!.ts),
    open: group[0]!.open,
    high: Math.max(...group.map(({ high }) => high)),
    low: Math.min(...group.map(({ low }) => low)),
    close: group.at(-1)!.close,
    volume: Number(group.reduce((sum, { volume }) => sum + BigInt(volume), 0n)),
    is_final: group.length === toMinutes / 5 && group.every((bar) => bar.is_final),
    ingested_at: Math.max(...group.map((bar) => bar.ingested_at)),
    isPartial: group.length < toMinutes / 5,
  }));
}

function resampled(rows: readonly ReceivedRow[], to: "15min" | "1h") {
  const result = resampleBars(receivedBatch(rows), "5min", to);
  return toRows(receivedBars, result.bars).map((bar, i) => ({ ...bar, isPartial: result.partial[i] === 1 }));
}

const total = (of: readonly { volume: number }[]) => of.reduce((sum, { volume }) => sum + BigInt(volume), 0n);

describe("resampleBars", () => {
  it.each([
    ["15min", 15],
    ["1h", 60],
  ] as const)("equals grouping by hand from 5 minutes to %s", (to, minutes) => {
    fc.assert(
      fc.property(anyBars, (rows) => {
        const expected = naiveResample(rows, minutes).map((bar) => expect.objectContaining(bar) as unknown);
        expect(resampled(rows, to)).toEqual(expected);
      }),
    );
  });

  it("loses no volume: whole numbers add up exactly", () => {
    fc.assert(
      fc.property(anyBars, (rows) => {
        expect(total(resampled(rows, "15min"))).toBe(total(rows));
      }),
    );
  });

  it("takes a bar into the longer bar that starts with it, not into the one that ends there", () => {
    const rows = [0, 5, 10, 15].map((minute) => receivedRow({ ts: originMs + minute * minuteMs }));
    expect(resampled(rows, "15min").map(({ ts, volume }) => [ts, volume])).toEqual([
      [originMs, 3_000],
      [originMs + 15 * minuteMs, 1_000],
    ]);
  });

  it("marks a bar with a missing part as partial and not final", () => {
    const rows = [0, 10, 15, 20, 25].map((minute) => receivedRow({ ts: originMs + minute * minuteMs }));
    expect(resampled(rows, "15min")).toEqual([
      expect.objectContaining({ isPartial: true, is_final: false }),
      expect.objectContaining({ isPartial: false, is_final: true }),
    ]);
  });

  it("says in the source key what a bar was made of, and gives it no adjusted close", () => {
    const [bar] = resampled([receivedRow({ ts: originMs, adj_close: 7 })], "15min");
    expect(bar).toMatchObject({ source_key: "derived:5min", adj_close: null });
  });

  it("makes nothing of nothing", () => {
    expect(resampled([], "15min")).toEqual([]);
  });
});
