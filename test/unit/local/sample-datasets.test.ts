import { describe, expect, it } from "vitest";
import { BarsCsvReader } from "../../../core/bars/csv.ts";
import { xnys } from "../../../core/calendar/index.ts";
import { toRows } from "../../../core/columnar/batch.ts";
import { utcDate } from "../../../core/market.ts";
import { rawBars } from "../../../core/tables/index.ts";
import { sampleDatasets, type SampleDataset } from "../../../local/demo/sample-datasets.ts";

async function rowsOf(dataset: SampleDataset) {
  const reader = new BarsCsvReader(
    { ...dataset, provider: "csv", runId: "r", ingestedAtMs: Date.UTC(2026, 0) },
    dataset.symbol,
  );
  reader.push(await dataset.csv());
  reader.finish();
  return toRows(rawBars, reader.drain());
}

describe("sample datasets", () => {
  // Line counts of the files in the packages, less the header.
  it.each([
    ["AAPL", 1_260, "2013-05-13", "2018-05-11"],
    ["^GSPC", 5_105, "2000-01-03", "2020-04-17"],
  ])("%s has %i daily bars from %s to %s", async (symbol, count, first, last) => {
    const rows = await rowsOf(sampleDatasets.find((dataset) => dataset.symbol === symbol)!);
    expect(rows).toHaveLength(count);
    expect(utcDate(rows[0]!.ts!)).toBe(first);
    expect(utcDate(rows.at(-1)!.ts!)).toBe(last);
    expect(rows.every((row) => row.symbol === symbol && row.parse_error === null)).toBe(true);
  });

  it("have a bar for every session of the New York Stock Exchange and no other day", async () => {
    for (const dataset of sampleDatasets) {
      const dates = (await rowsOf(dataset)).map((row) => utcDate(row.ts!));
      const sessions = Array.from(xnys.sessions(dates[0]!, dates.at(-1)!), ({ date }) => date);
      expect(dates.slice(0, -1)).toEqual(sessions);
    }
  });

  it("carry the adjusted close of AAPL apart from its close", async () => {
    // First row of aapl.csv.
    const [row] = await rowsOf(sampleDatasets[0]!);
    expect(row).toMatchObject({ open: 64.501427, close: 64.96286, adj_close: 50.961628, volume: 79_237_200 });
  });
});
