/**
 * How far each symbol of a series has come, by the provider that brought it: one object per provider, series and shard. A
 * mark is the newest final bar received, not the time up to which was asked, so that what a provider sends late, or forgets
 * at the end, is asked for again.
 */
import { UnreadableObjectError } from "../errors.ts";
import { watermarkKey, type WatermarkLocation } from "../lake/keys.ts";
import * as z from "../zod.ts";
import type { PipelineContext } from "./context.ts";
import { rewriteObject } from "./rewrite.ts";

const markSchema = z.strictObject({
  /** Start of the newest final bar received, UTC ms. */
  barMs: z.int(),
  /** Its close as received: another one later means that the provider has rewritten history. */
  close: z.nullable(z.number()),
  /** Where the provider has rewritten history: bars before this, UTC ms, are to be asked for again. */
  staleToMs: z.optional(z.int()),
});
export type Watermark = z.infer<typeof markSchema>;

const marksSchema = z.strictObject({
  version: z.literal(1),
  symbols: z.record(z.string(), markSchema),
});

/** By symbol. */
export type Watermarks = ReadonlyMap<string, Watermark>;

const keyOf = ({ provider, shard, ...series }: WatermarkLocation) => watermarkKey(provider, series, shard);

export async function readWatermarks(
  { stores }: { readonly stores: Pick<PipelineContext["stores"], "curated"> },
  of: WatermarkLocation,
): Promise<Watermarks> {
  const stored = await stores.curated.get(keyOf(of));
  return stored === null ? new Map() : decode(keyOf(of), stored.bytes);
}

/** Monotonic per symbol: a late retry of an old run pulls no mark back. */
export async function raiseWatermarks(
  context: PipelineContext,
  of: WatermarkLocation,
  marks: Watermarks,
): Promise<void> {
  if (marks.size === 0) return;
  const key = keyOf(of);
  await rewriteObject(context, context.stores.curated, key, (current) => {
    const next = new Map(current === null ? [] : decode(key, current.bytes));
    for (const [symbol, mark] of marks) {
      const known = next.get(symbol);
      // Of one bar, what was received last counts. What is stale stays so, whoever came further meanwhile.
      const newer = known !== undefined && known.barMs > mark.barMs ? known : mark;
      const staleToMs = Math.max(mark.staleToMs ?? -Infinity, known?.staleToMs ?? -Infinity);
      next.set(symbol, staleToMs === -Infinity ? newer : { ...newer, staleToMs });
    }
    return Promise.resolve(encode(next));
  });
}

/**
 * Notes what of rewritten histories has been received anew.
 * @param endsMs by symbol, up to where it is left to be asked for; null where nothing is
 * @param fromMs where those who asked began: what is stale beyond has not been asked for
 */
export async function freshenWatermarks(
  context: PipelineContext,
  of: WatermarkLocation,
  endsMs: ReadonlyMap<string, number | null>,
  fromMs: number,
): Promise<void> {
  const key = keyOf(of);
  await rewriteObject(context, context.stores.curated, key, (current) => {
    const next = new Map(current === null ? [] : decode(key, current.bytes));
    for (const [symbol, endMs] of endsMs) {
      const known = next.get(symbol);
      if (known?.staleToMs === undefined || known.staleToMs > fromMs) continue;
      const { staleToMs, ...mark } = known;
      next.set(symbol, endMs === null ? mark : { ...mark, staleToMs: Math.min(staleToMs, endMs) });
    }
    return Promise.resolve(current === null ? null : encode(next));
  });
}

function encode(marks: Watermarks): Uint8Array {
  const symbols = Object.fromEntries([...marks].sort(([a], [b]) => (a < b ? -1 : 1)));
  return new TextEncoder().encode(JSON.stringify({ version: 1, symbols }));
}

function decode(key: string, bytes: Uint8Array): Watermarks {
  try {
    const { symbols } = marksSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return new Map(Object.entries(symbols));
  } catch (error) {
    throw new UnreadableObjectError(
      key,
      "expected watermarks; delete it, and what is recent is extracted afresh",
      {
        cause: error,
      },
    );
  }
}
