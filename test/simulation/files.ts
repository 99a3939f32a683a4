/** CSV files that people load: final bars of their own, some lines unreadable. */
import type { LoadSource } from "../../core/pipeline/load.ts";
import { contentHash } from "../../core/lake/content-hash.ts";
import type { Series } from "../../core/lake/keys.ts";
import type { Adjustment } from "../../core/market.ts";
import type { SeriesPlan, VendorTraits } from "./options.ts";
import type { Random } from "./random.ts";
import { barRows, barTimes } from "./vendor.ts";

export interface CsvFile extends Series {
  readonly name: string;
  readonly text: string;
  readonly adjustment: Adjustment;
  readonly currency: string | null;
}

/** A time by which every bar is final. */
const afterAllMs = Date.UTC(2025, 0);

export function csvFile(plan: SeriesPlan, number: number, traits: VendorTraits, random: Random): CsvFile {
  const times = barTimes(plan).filter(() => random.chance(0.4));
  const query = { assetClass: plan.assetClass, interval: plan.interval, asOfMs: afterAllMs };
  const lines = plan.symbols.flatMap((symbol) =>
    times.flatMap((ts) =>
      barRows("csv", traits, query, symbol, ts, `file ${number}`).map((bar) =>
        [
          bar.symbol ?? "",
          timeText(bar.ts),
          ...[bar.open, bar.high, bar.low, bar.close, bar.volume].map(cell),
        ].join(","),
      ),
    ),
  );
  return {
    assetClass: plan.assetClass,
    interval: plan.interval,
    name: `${plan.assetClass}-${number}.csv`,
    text: ["symbol,ts,open,high,low,close,volume", ...random.shuffled(lines), ""].join("\n"),
    adjustment: "none",
    currency: "USD",
  };
}

const cell = (value: number | null) => (value === null ? "" : Number.isFinite(value) ? String(value) : "n/a");

function timeText(ts: number | null): string {
  if (ts === null) return "";
  return ts < 0 ? "long ago" : new Date(ts).toISOString();
}

/** The file as a stream whose chunks end anywhere, elsewhere in each attempt. */
export function csvSource(file: CsvFile, random: Random): LoadSource {
  const bytes = Buffer.from(file.text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < bytes.length;) {
      const to = Math.min(bytes.length, from + random.int(1, 2_000));
      yield bytes.subarray(from, to);
      from = to;
    }
  }
  return {
    name: file.name,
    extension: "csv",
    contentHash: contentHash(bytes),
    received: chunks,
    text: chunks,
  };
}
