/** How far a backfill has come: one small object, which says what is left and nothing of what is done. */
import { UnreadableObjectError } from "../errors.ts";
import { backfillKey } from "../lake/keys.ts";
import * as z from "../zod.ts";
import type { PipelineContext } from "./context.ts";
import type { RunAccount } from "./extract.ts";
import { rewriteObject } from "./rewrite.ts";
import { joined, without, type Stretch } from "./stretches.ts";

const common = {
  /** Business time of the runs of the backfill, so that one that is repeated meets its own objects. */
  scheduledMs: z.int(),
  /** Symbols. */
  total: z.int().check(z.minimum(0)),
};
const stretchSchema = z.strictObject({ symbols: z.array(z.string()), fromMs: z.int(), toMs: z.int() });
const stateSchema = z.strictObject({
  version: z.literal(2),
  ...common,
  /** Symbols times milliseconds, of all that was to be done. */
  extent: z.number(),
  /** Of a backfill of gaps: what the lake missed when it began. */
  missing: z.nullable(z.strictObject({ symbols: z.int(), bars: z.int() })),
  left: z.array(stretchSchema),
});
export type BackfillState = z.infer<typeof stateSchema>;

/** Of releases that knew only which symbols were left, with all of the range. */
const oldStateSchema = z.strictObject({ version: z.literal(1), ...common, left: z.array(z.string()) });

/** A backfill by its id, and the range that it is for. */
export interface BackfillName {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
}

type StateContext = Pick<PipelineContext, "clock" | "stores">;

export async function readState({ stores }: StateContext, name: BackfillName): Promise<BackfillState | null> {
  const stored = await stores.curated.get(backfillKey(name.id));
  return stored === null ? null : decode(name, stored.bytes);
}

export async function writeState(
  context: StateContext,
  { id }: BackfillName,
  state: BackfillState,
): Promise<BackfillState> {
  await rewriteObject(context, context.stores.curated, backfillKey(id), () => Promise.resolve(encode(state)));
  return state;
}

/**
 * Takes off what a unit has done; what it has not stands at the end, so that it keeps nobody waiting. Two backfills of one
 * request at once do things twice, and nothing wrong.
 */
export async function closeUnit(
  context: StateContext,
  name: BackfillName,
  unit: Stretch,
  account: RunAccount,
): Promise<BackfillState> {
  const key = backfillKey(name.id);
  const { bytes } = await rewriteObject(context, context.stores.curated, key, (current) => {
    const state = decode(name, current!.bytes);
    return Promise.resolve(encode({ ...state, left: leftAfter(name, state.left, unit, account) }));
  });
  return decode(name, bytes!);
}

function leftAfter(
  { fromMs, toMs }: BackfillName,
  left: readonly Stretch[],
  unit: Stretch,
  { unfinished, unknown }: RunAccount,
) {
  const everything = { symbols: unknown, fromMs, toMs };
  const rest = [...without(left, [unit, everything]), ...joined(unfinished)];
  return rest.map(({ symbols, fromMs, toMs }) => ({ symbols: [...symbols], fromMs, toMs }));
}

const encode = (state: BackfillState): Uint8Array => new TextEncoder().encode(JSON.stringify(state));

function decode({ id, fromMs, toMs }: BackfillName, bytes: Uint8Array): BackfillState {
  try {
    const stored: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const old = oldStateSchema.safeParse(stored);
    if (!old.success) return stateSchema.parse(stored);
    const { scheduledMs, total, left } = old.data;
    return {
      version: 2,
      scheduledMs,
      total,
      extent: total * (toMs - fromMs),
      missing: null,
      left: left.length === 0 ? [] : [{ symbols: left, fromMs, toMs }],
    };
  } catch (error) {
    throw new UnreadableObjectError(
      backfillKey(id),
      "expected the state of a backfill; delete it to begin again",
      {
        cause: error,
      },
    );
  }
}
