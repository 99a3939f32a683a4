import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { curateBars } from "../../../core/bars/curate.ts";
import { stringAt, takeRows, toRows } from "../../../core/columnar/batch.ts";
import type { Series } from "../../../core/lake/keys.ts";
import type { AssetClass } from "../../../core/market.ts";
import {
  flagBars,
  flagTexts,
  flagWeights,
  qualityFlags,
  scoreOfFlags,
  type QualityFlag,
} from "../../../core/quality/flags.ts";
import { validateBars } from "../../../core/quality/validate.ts";
import { rawBars, receivedBars } from "../../../core/tables/index.ts";
import { receivedBatch, type ReceivedRow } from "../../helpers/bar-rows.ts";
import { readCsv } from "../../helpers/csv.ts";
import { hasSharedData, readSharedText } from "../../helpers/shared-data.ts";

const dayMs = 86_400_000;
const daily: Series = { assetClass: "stock", interval: "1d" };
/** A Monday; NYSE trades this day and the four after it. */
const mondayMs = Date.UTC(2026, 9, 5);

function flagsOf(rows: readonly Partial<ReceivedRow>[], series: Series = daily): string[] {
  const texts = flagTexts(flagBars(receivedBatch(rows), series));
  return rows.map((_, row) => stringAt(texts, row) ?? "");
}

/** Bars of consecutive weekdays that open and close at the given prices. */
function week(closes: readonly number[], difference: Partial<ReceivedRow> = {}): Partial<ReceivedRow>[] {
  return closes.map((close, i) => {
    const ts = mondayMs + (i + 2 * Math.floor(i / 5)) * dayMs;
    return {
      ts,
      open: close,
      high: close * 1.01,
      low: close * 0.99,
      close,
      volume: 1_000 + i,
      ...difference,
    };
  });
}

/** Closes that go up and down by 1 % and then jump. */
const withJump = (changes: number, factor: number) => {
  const closes = Array.from({ length: changes }, (_, i) => (i % 2 === 0 ? 100 : 101));
  return week([...closes, closes.at(-1)! * factor]);
};

/** The documented weights: the table below "Quality score" in docs/architecture.md. */
function documentedWeights(): Record<string, number> {
  const text = readFileSync(new URL("../../../docs/architecture.md", import.meta.url), "utf8");
  const section = text.split("## Quality score")[1]!.split("\n## ")[0]!;
  const rows = section.matchAll(/^\| `(\w+)` \| (\d+) \|/gm);
  return Object.fromEntries(Array.from(rows, ([, flag, weight]) => [flag!, Number(weight)]));
}

/** Dates of the rows that carry each flag, and the closes by date. */
function flaggedDates(file: string): {
  dates: (flag: QualityFlag) => string[];
  closes: Map<string, number>;
} {
  const { batch } = readCsv(readSharedText(`dirty/${file}.csv`));
  const reasons = validateBars(batch, daily);
  const good = Uint32Array.from(reasons.keys()).filter((row) => reasons[row] === 0);
  const bars = curateBars(takeRows(rawBars, batch, good), "raw/1");
  const texts = flagTexts(flagBars(bars, daily));
  const rows = toRows(receivedBars, bars).map(({ ts, close }, row) => ({
    date: new Date(ts).toISOString().slice(0, 10),
    close,
    flags: (stringAt(texts, row) ?? "").split(","),
  }));
  return {
    dates: (flag) => rows.filter(({ flags }) => flags.includes(flag)).map(({ date }) => date),
    closes: new Map(rows.map(({ date, close }) => [date, close])),
  };
}

describe("zero_volume", () => {
  it.each<[AssetClass, string]>([
    ["stock", "zero_volume"],
    ["etf", "zero_volume"],
    ["crypto", "zero_volume"],
    ["index", ""],
    ["commodity", ""],
    ["bond", ""],
    ["forex", ""],
  ])("of a %s without volume is '%s'", (assetClass, flags) => {
    const rows = week([100], { symbol: assetClass === "crypto" ? "BTC-USD" : "X", volume: 0 });
    expect(flagsOf(rows, { assetClass, interval: "1d" })).toEqual([flags]);
  });
});

describe("cumulative_volume", () => {
  const quarterly: Series = { assetClass: "stock", interval: "15min" };
  // New York's first quarter of an hour, 09:30 in summer.
  const openMs = mondayMs + 13.5 * 3_600_000;
  const session = (volumes: readonly number[], dayFromMs = openMs): Partial<ReceivedRow>[] =>
    volumes.map((volume, i) => ({ ts: dayFromMs + i * 900_000, volume }));
  const growing = Array.from({ length: 13 }, (_, i) => 1_000 * (i + 1));

  it("marks the bars of a day on which volume only grows, and of no other", () => {
    const tuesday = session([...growing.slice(0, 12), 500], openMs + dayMs);
    const flags = flagsOf([...session(growing), ...tuesday], quarterly);
    expect(flags.slice(0, 13)).toEqual(growing.map(() => "cumulative_volume"));
    expect(flags.slice(13)).toEqual(tuesday.map(() => ""));
  });

  it("counts a bar in which nobody traded as one that does not grow", () => {
    expect(flagsOf(session([...growing.slice(0, 12), 12_000, 13_000]), quarterly)).toContain(
      "cumulative_volume",
    );
    expect(flagsOf(session(growing.slice(0, 12)), quarterly)).not.toContain("cumulative_volume");
  });

  it("is not raised for daily bars, nor for classes without volume", () => {
    expect(flagsOf(week(growing))).not.toContain("cumulative_volume");
    const index = flagsOf(session(growing), { assetClass: "index", interval: "15min" });
    expect(index).not.toContain("cumulative_volume");
  });
});

describe("stale_price", () => {
  const flat = { open: 100, high: 100, low: 100, close: 100 };
  it.each<[string, Partial<ReceivedRow>, string]>([
    ["a flat bar at the last close with its volume repeated", { ...flat, volume: 1_000 }, "stale_price"],
    ["a flat bar at the last close without volume", { ...flat, volume: 0 }, "stale_price,zero_volume"],
    ["a flat bar at the last close that traded", { ...flat, volume: 7 }, ""],
    ["a flat bar at another price", { open: 99, high: 99, low: 99, close: 99, volume: 1_000 }, ""],
    ["a bar that moved and came back", { high: 101, low: 99, volume: 1_000 }, ""],
  ])("%s is judged by price and volume together", (_, second, flags) => {
    const [first, next] = week([100, 100]);
    expect(flagsOf([first!, { ...next!, ...second }])).toEqual(["", flags]);
  });

  it("is not raised for bonds, whose yields stand still", () => {
    const rows = week([2, 2], { open: 2, high: 2, low: 2, volume: 0 });
    expect(flagsOf(rows, { assetClass: "bond", interval: "1d" })).toEqual(["", ""]);
  });

  it("is not raised across symbols", () => {
    const [first, second] = week([100, 100], { ...flat, volume: 1_000 });
    expect(
      flagsOf([
        { ...first!, symbol: "A" },
        { ...second!, symbol: "B" },
      ]),
    ).toEqual(["", ""]);
  });
});

describe("split_suspect", () => {
  it.each<[number, number, string]>([
    [100, 50, "split_suspect"],
    [100, 52, "split_suspect"],
    [100, 53, ""],
    [100, 25, "split_suspect"],
    [10, 100, "split_suspect"],
    [100, 71, ""],
    [100, 96, ""],
  ])("from %d to %d is '%s'", (before, after, flags) => {
    expect(flagsOf(week([before, after]))).toEqual(["", flags]);
  });

  it("is not raised for what does not split", () => {
    expect(flagsOf(week([100, 50], { symbol: "X" }), { assetClass: "crypto", interval: "1d" })).toEqual([
      "",
      "",
    ]);
  });
});

describe("gap_outlier", () => {
  // Of 21 changes 11 go up: their median is ln 1.01, and the median distance from it 2 ln 1.01. Ten times that times
  // 1.4826 is 0.295; ln 1.4 − ln 1.01 = 0.327 lies beyond, ln 1.3 − ln 1.01 = 0.252 within.
  it("marks a change beyond ten robust standard deviations", () => {
    expect(flagsOf(withJump(21, 1.4)).at(-1)).toBe("gap_outlier");
  });

  it("leaves a large change within ten robust standard deviations", () => {
    expect(flagsOf(withJump(21, 1.3)).at(-1)).toBe("");
  });

  it("speaks from 20 changes on", () => {
    expect(flagsOf(withJump(20, 1.4)).at(-1)).toBe("gap_outlier");
    expect(flagsOf(withJump(19, 1.4)).at(-1)).toBe("");
  });

  it("measures differences where prices may cross zero", () => {
    const closes = [...Array.from({ length: 25 }, (_, i) => (i % 2 === 0 ? 1 : 1.1)), -37.63];
    const rows = week(closes, { symbol: "UST" });
    expect(flagsOf(rows, { assetClass: "bond", interval: "1d" }).at(-1)).toBe("gap_outlier");
  });
});

describe("unit_suspect", () => {
  it.each<[number, string]>([
    [1, "unit_suspect"],
    [10_000, "unit_suspect"],
    [0.81, "unit_suspect"],
    [0.79, ""],
    [1.24, "unit_suspect"],
    [1.26, ""],
  ])("a close of %d among closes of 100 has '%s'", (close, flags) => {
    const rows = week([100, 100.5, 101, close, 100.2]);
    expect(flagsOf(rows, { assetClass: "index", interval: "1d" })[3]).toBe(flags);
  });

  it.each<[number[], string[]]>([
    [
      [485, 4.86],
      ["", "unit_suspect"],
    ],
    [
      [4.85, 486],
      ["", "unit_suspect"],
    ],
    [
      [485, 4.86, 4.87, 488],
      ["", "unit_suspect", "unit_suspect", ""],
    ],
    [
      [4.85, 4.86, 487, 488],
      ["", "", "unit_suspect", "unit_suspect"],
    ],
    [
      [485, 240],
      ["", ""],
    ],
  ])("of closes %j, as many in one unit as in the other, the later unit has it", (closes, flags) => {
    expect(flagsOf(week(closes), { assetClass: "index", interval: "1d" })).toEqual(flags);
  });

  it("is raised where units are mixed within a bar", () => {
    const [first, second] = week([485, 486]);
    expect(
      flagsOf([first!, { ...second!, low: 4.85, close: 4.86 }], { assetClass: "index", interval: "1d" })[1],
    ).toBe("unit_suspect");
  });

  it("is not raised where prices may be near zero", () => {
    const rows = week([0.01, 1, 1], { symbol: "X" });
    expect(flagsOf(rows, { assetClass: "bond", interval: "1d" })).toEqual(["", "", ""]);
  });
});

describe("outside_session", () => {
  const quarter = { assetClass: "stock", interval: "15min" } as const;
  it.each<[string, Partial<ReceivedRow>, Series, string]>([
    ["a Saturday", { ts: mondayMs + 5 * dayMs }, daily, "outside_session"],
    ["Thanksgiving 2026", { ts: Date.UTC(2026, 10, 26) }, daily, "outside_session"],
    ["the day after Thanksgiving 2026", { ts: Date.UTC(2026, 10, 27) }, daily, ""],
    ["09:30 in New York in summer", { ts: Date.UTC(2026, 9, 5, 13, 30) }, quarter, ""],
    ["09:15 in New York in summer", { ts: Date.UTC(2026, 9, 5, 13, 15) }, quarter, "outside_session"],
    ["16:00 in New York in winter", { ts: Date.UTC(2026, 11, 1, 21) }, quarter, "outside_session"],
    [
      "a bar that reaches into the session",
      { ts: Date.UTC(2026, 9, 5, 13) },
      { ...quarter, interval: "1h" },
      "",
    ],
    ["a Saturday of a coin", { ts: mondayMs + 5 * dayMs }, { ...daily, assetClass: "crypto" }, ""],
  ])("is judged by the exchange's calendar for %s", (_, difference, series, flags) => {
    const symbol = series.assetClass === "crypto" ? "BTC-USD" : "AAPL";
    expect(flagsOf([{ symbol, ...difference }], series)).toEqual([flags]);
  });
});

describe("the quality score", () => {
  it("takes off for each flag what the documentation says", () => {
    expect(flagWeights).toEqual(documentedWeights());
  });

  it("is 100 minus the weights of the flags, at least 0, for every combination", () => {
    const weights = documentedWeights();
    for (const [mask, score] of scoreOfFlags.entries()) {
      const flags = qualityFlags.filter((_, i) => ((mask >> i) & 1) === 1);
      const sum = flags.reduce((total, flag: QualityFlag) => total + weights[flag]!, 0);
      expect(score, flags.join()).toBe(sum > 100 ? 0 : 100 - sum);
    }
    expect(scoreOfFlags[0]).toBe(100);
    expect(scoreOfFlags.at(-1)).toBe(0);
  });

  it("goes with flags in alphabetical order, and with null where there are none", () => {
    expect(qualityFlags).toEqual([...qualityFlags].sort());
    const all = (1 << qualityFlags.length) - 1;
    const texts = flagTexts(Uint16Array.of(0, all, 1, all));
    expect([0, 1, 2, 3].map((row) => stringAt(texts, row))).toEqual([
      null,
      qualityFlags.join(","),
      qualityFlags[0],
      qualityFlags.join(","),
    ]);
  });
});

describe.skipIf(!hasSharedData)("real series with vendor errors (absent: ../shared/data)", () => {
  it.each(["AET-L-1d-100x-error", "SSW-JO-1d-100x-error"])(
    "%s: every row in the rarer of the two units is unit_suspect, and no other",
    (file) => {
      const { dates, closes } = flaggedDates(file);
      const repaired = flaggedDates(`${file}-fixed`).closes;
      const common = [...closes.keys()].filter((date) => repaired.has(date));
      const isWrong = (date: string) => Math.abs(Math.log10(closes.get(date)! / repaired.get(date)!)) > 1.9;
      const wrong = common.filter(isWrong);
      const right = common.filter((date) => !isWrong(date));
      expect(wrong.length).toBeGreaterThan(0);
      expect(dates("unit_suspect")).toEqual(wrong.length < right.length ? wrong : right);
    },
  );

  it.each<[string, QualityFlag, string[]]>([
    ["THYAO-IS-1d-phantom-bars", "stale_price", ["2026-05-27", "2026-05-28", "2026-05-29"]],
    ["THYAO-IS-1d-phantom-bars-fixed", "stale_price", []],
    ["AUMN-1d-one-day-unadjusted", "gap_outlier", ["2023-06-08", "2023-06-09"]],
    ["AUMN-1d-one-day-unadjusted", "split_suspect", ["2023-06-08"]],
    ["CCOLA-IS-1d-missing-split", "gap_outlier", ["2024-08-01"]],
    ["GSRAY-IS-1d-missing-split", "gap_outlier", ["2024-12-23"]],
    ["GSRAY-IS-1d-missing-split", "split_suspect", ["2024-12-23"]],
  ])("%s has %s on the days of its defect: %j", (file, flag, expected) => {
    expect(flaggedDates(file).dates(flag)).toEqual(expected);
  });
});
