/** Real bars of the npm packages, and what an independent reader says of them. */
import { parse } from "csv-parse/sync";
import { contentHash } from "../../../core/lake/content-hash.ts";
import type { PipelineContext } from "../../../core/pipeline/context.ts";
import { load, type LoadResult } from "../../../core/pipeline/load.ts";
import type { AssetClass, Adjustment } from "../../../core/market.ts";
import type { TransformMessage } from "../../../core/messages/index.ts";
import { sampleDatasets } from "../../../local/demo/sample-datasets.ts";

export interface SampleRow {
  readonly symbol: string;
  readonly ts: string;
  readonly close: string;
  readonly volume: string;
}

export interface Sample {
  readonly assetClass: AssetClass;
  readonly symbol: string;
  readonly adjustment: Adjustment;
  readonly csv: Uint8Array;
  readonly rows: readonly SampleRow[];
}

export async function readSample(symbol: string): Promise<Sample> {
  const dataset = sampleDatasets.find((candidate) => candidate.symbol === symbol)!;
  const csv = await dataset.csv();
  return { ...dataset, csv, rows: parse<SampleRow>(Buffer.from(csv), { columns: true }) };
}

/** Loads daily bars as `marketlake load` does. */
export function loadDaily(
  context: PipelineContext,
  csv: Uint8Array,
  { assetClass, adjustment = "none" }: { assetClass: AssetClass; adjustment?: Adjustment },
): Promise<LoadResult> {
  const bytes = async function* () {
    yield csv;
  };
  const source = {
    name: "sample.csv",
    extension: "csv",
    contentHash: contentHash(csv),
    received: bytes,
    text: bytes,
  };
  return load(context, source, { assetClass, interval: "1d", provider: "csv", adjustment, currency: "USD" });
}

/** As `loadDaily`, but keeps the messages to transform instead of sending them. */
export async function loadAside(
  context: PipelineContext,
  csv: Uint8Array,
  assetClass: AssetClass,
): Promise<TransformMessage[]> {
  const messages: TransformMessage[] = [];
  const aside: PipelineContext = {
    ...context,
    queues: {
      ...context.queues,
      transform: {
        send: async (sent) => {
          messages.push(...sent.map(({ body }) => JSON.parse(body) as TransformMessage));
        },
      },
    },
  };
  await loadDaily(aside, csv, { assetClass });
  return messages;
}

export const csvOf = (rows: readonly string[]) =>
  Buffer.from(["symbol,ts,open,high,low,close,volume", ...rows, ""].join("\n"));
