/** The life of one curated bars object: one series, period and shard, rewritten whole. */
import { concatBatches, takeRows } from "../columnar/batch.ts";
import { decodeParquet, encodeParquet } from "../columnar/parquet.ts";
import { UnreadableObjectError } from "../errors.ts";
import type { Bars } from "../bars/bars.ts";
import { annotateBars } from "../bars/curate.ts";
import { mergeBars } from "../bars/merge.ts";
import { symbolTimeOrder } from "../bars/order.ts";
import { derivedSourceKey, resampleBars } from "../bars/resample.ts";
import { barsKey, type Series, type ShardPeriod } from "../lake/keys.ts";
import type { StoredObject } from "../ports.ts";
import { providerChain } from "../settings.ts";
import { receivedBars, barsTableOf } from "../tables/index.ts";
import { ratesFor } from "./base-currency.ts";
import type { PipelineContext } from "./context.ts";
import { rewriteObject, type Rewritten } from "./rewrite.ts";

/** Bars that are aggregated here from shorter bars of the same asset class: index vendors send 5 minutes, people want 15. */
const derivations = [{ assetClass: "index", from: "5min", to: "15min" }] as const;

/** The series aggregated from `series`, if any. */
export function derivedFrom(series: Series): Series | null {
  const rule = derivations.find(
    ({ assetClass, from }) => assetClass === series.assetClass && from === series.interval,
  );
  return rule === undefined ? null : { assetClass: rule.assetClass, interval: rule.to };
}

function sourceOf(series: Series): Series | null {
  const rule = derivations.find(
    ({ assetClass, to }) => assetClass === series.assetClass && to === series.interval,
  );
  return rule === undefined ? null : { assetClass: rule.assetClass, interval: rule.from };
}

const receivedColumnNames = receivedBars.columns.map(({ name }) => name);

/**
 * `merge` keeps the rows that the object has. `replace` takes the incoming rows for all that there is of the raw objects
 * `sources`, and keeps rows of others: they came while the incoming rows were gathered.
 */
export type RewriteMode =
  | { readonly kind: "merge" }
  | { readonly kind: "replace"; readonly sources: ReadonlySet<string> };

/** Brings one bars object up to date with validated rows. Bars derived from a shorter interval are derived afresh. */
export async function rewriteBars(
  context: PipelineContext,
  target: ShardPeriod,
  incoming: readonly Bars[],
  mode: RewriteMode,
): Promise<Rewritten & { readonly rowCount: number }> {
  const key = barsKey(target, target.period, target.shard);
  let rowCount = 0;
  const rewritten = await rewriteObject(context, context.stores.curated, key, async (current) => {
    const kept = current === null ? null : await keptBars(target, key, current, mode);
    const parts = kept === null || kept.rowCount === 0 ? incoming : [kept, ...incoming];
    const received = parts.length === 0 ? null : mergeBars(parts, context.settings.providerPriority);
    const { bars, partial } = await withDerivedBars(context, target, received);
    rowCount = bars?.rowCount ?? 0;
    if (bars === null || bars.rowCount === 0) {
      // Only a rebuild takes objects away; one that runs beside a merge will come to this object.
      return mode.kind === "replace" ? null : (current?.bytes ?? null);
    }
    const chain = providerChain(context.settings, target.assetClass);
    const rates = await ratesFor(context, target, bars.columns.currency.values);
    const annotated = annotateBars(bars, target, { partial, providerChain: chain, rates });
    return encodeParquet(barsTableOf(target.interval), annotated);
  });
  return { ...rewritten, rowCount };
}

/** The rows of the object that stay; null where it cannot be read and is replaced anyway. */
async function keptBars(
  target: ShardPeriod,
  key: string,
  object: StoredObject,
  mode: RewriteMode,
): Promise<Bars | null> {
  const source = sourceOf(target);
  const derivedKey = source === null ? null : derivedSourceKey(source.interval);
  const isKept = (sourceKey: string) =>
    sourceKey !== derivedKey && (mode.kind === "merge" || !mode.sources.has(sourceKey));
  let bars: Bars;
  try {
    bars = await receivedRows(target, key, object);
  } catch (error) {
    if (mode.kind === "replace" && error instanceof UnreadableObjectError) return null;
    throw error;
  }
  const { values, codes } = bars.columns.source_key;
  const isKeptCode = values.map(isKept);
  if (!isKeptCode.includes(false)) return bars;
  const rows = Uint32Array.from({ length: bars.rowCount }, (_, row) => row);
  return takeRows(
    receivedBars,
    bars,
    rows.filter((row) => isKeptCode[codes[row]!]),
  );
}

/** The rows of a bars object without what is annotated afresh. */
function receivedRows({ interval }: Series, key: string, object: StoredObject): Promise<Bars> {
  return decodeParquet(barsTableOf(interval), key, object.bytes, { columns: receivedColumnNames });
}

/** Fills the gaps between received bars with bars aggregated from the shorter interval. A received bar always wins. */
async function withDerivedBars(
  context: PipelineContext,
  target: ShardPeriod,
  received: Bars | null,
): Promise<{ bars: Bars | null; partial: Uint8Array | null }> {
  const source = sourceOf(target);
  if (source === null) return { bars: received, partial: null };
  const sourceKey = barsKey(source, target.period, target.shard);
  const object = await context.stores.curated.get(sourceKey);
  if (object === null) return { bars: received, partial: null };
  const shorter = await receivedRows(source, sourceKey, object);
  const derived = resampleBars(shorter, source.interval, target.interval);
  return fillGaps(received, derived.bars, derived.partial);
}

function fillGaps(
  received: Bars | null,
  derived: Bars,
  partial: Uint8Array,
): { bars: Bars; partial: Uint8Array } {
  if (received === null) return { bars: derived, partial };
  const receivedCount = received.rowCount;
  const all = concatBatches(receivedBars, [received, derived]);
  const { symbol, ts } = all.columns;
  const order = symbolTimeOrder(symbol, ts) ?? Uint32Array.from({ length: all.rowCount }, (_, row) => row);
  // The order is stable, so a received row stands before the derived row of the same key.
  const kept = order.filter((row, i) => {
    const before = i === 0 ? -1 : order[i - 1]!;
    return before < 0 || symbol.codes[before] !== symbol.codes[row] || ts[before] !== ts[row];
  });
  return {
    bars: takeRows(receivedBars, all, kept),
    partial: Uint8Array.from(kept, (row) => (row < receivedCount ? 0 : partial[row - receivedCount]!)),
  };
}
