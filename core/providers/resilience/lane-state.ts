/** What all workers know together of one provider: one small object in the store. */
import { UnreadableObjectError } from "../../errors.ts";
import * as z from "../../zod.ts";

const count = z.int().check(z.minimum(0));
const timeOrNull = z.nullable(z.number());

const window = z.strictObject({
  /** UTC ms; the window is the day or month that begins here. */
  startMs: z.int(),
  calls: count,
  /** What the calls cost (`ProviderRequest`). Absent in what version 0.1 has written: one each. */
  credits: z.optional(count),
});
export type BudgetWindow = z.infer<typeof window>;

export const creditsIn = ({ calls, credits }: BudgetWindow): number => credits ?? calls;

const laneStateSchema = z.strictObject({
  version: z.literal(1),
  /** No call may be made before this, UTC ms. */
  freeAtMs: z.number(),
  /** When the latest call was or will be made, UTC ms; null before the first. */
  lastCallMs: timeOrNull,
  /** Calls since the last pause between batches. */
  callsInBatch: count,
  day: window,
  month: window,
  breaker: z.strictObject({
    /** Failures in a row. */
    failures: count,
    /** Null while closed. */
    openedAtMs: timeOrNull,
    /** When somebody began to try whether the provider is back; null while nobody does. */
    probeAtMs: timeOrNull,
  }),
  lastSuccessMs: timeOrNull,
  lastFailure: z.nullable(z.strictObject({ atMs: z.number(), message: z.string() })),
});
export type LaneState = z.infer<typeof laneStateSchema>;
export type BreakerState = LaneState["breaker"];

export const closedBreaker: BreakerState = { failures: 0, openedAtMs: null, probeAtMs: null };

/** A provider that has never been called. */
export const freshLane: LaneState = {
  version: 1,
  freeAtMs: 0,
  lastCallMs: null,
  callsInBatch: 0,
  day: { startMs: 0, calls: 0 },
  month: { startMs: 0, calls: 0 },
  breaker: closedBreaker,
  lastSuccessMs: null,
  lastFailure: null,
};

export const encodeLaneState = (state: LaneState): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(state));

/** @throws UnreadableObjectError: a guess could spend a budget twice. */
export function decodeLaneState(key: string, bytes: Uint8Array): LaneState {
  try {
    return laneStateSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new UnreadableObjectError(
      key,
      "expected the state of a provider; delete it to start with whole budgets",
      { cause: error },
    );
  }
}
