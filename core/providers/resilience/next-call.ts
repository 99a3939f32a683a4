import { admit } from "./breaker.ts";
import type { LaneState } from "./lane-state.ts";
import type { ResiliencePolicy } from "./policy.ts";
import { takeSlot } from "./slots.ts";

/** From when on a provider may be called, UTC ms: `nowMs` or earlier where neither budgets nor breaker speak against it. */
export function nextCallMs(state: LaneState, policy: ResiliencePolicy, nowMs: number): number {
  const admission = admit(state.breaker, policy.breaker, nowMs, policy.timeoutMs);
  const slot = takeSlot(state, policy.calls, nowMs);
  return Math.max(
    admission.admitted ? nowMs : admission.resumesAtMs,
    // Who has to wait a little may call: the wait is part of the call.
    slot.free ? nowMs : slot.resumesAtMs,
  );
}
