/**
 * The circuit breaker as a pure automaton: closed, open after so many failures in a row, half open after a cool-down,
 * when one caller tries. (M. Nygard, "Release It!", 2nd ed. 2018, "Circuit Breaker".)
 */
import { closedBreaker, type BreakerState } from "./lane-state.ts";
import type { BreakerLimits } from "./policy.ts";

export type BreakerPhase = "closed" | "open" | "half_open";

export function breakerPhase(state: BreakerState, limits: BreakerLimits, nowMs: number): BreakerPhase {
  if (state.openedAtMs === null) return "closed";
  return nowMs < state.openedAtMs + limits.coolDownMs ? "open" : "half_open";
}

export type Admission =
  | { readonly admitted: true; readonly state: BreakerState }
  | { readonly admitted: false; readonly resumesAtMs: number };

/**
 * Whether a call may be made. While half open only one caller at a time may; if nothing is heard of it within
 * `probeMsMax`, as of a worker that was killed, the next one may.
 */
export function admit(
  state: BreakerState,
  limits: BreakerLimits,
  nowMs: number,
  probeMsMax: number,
): Admission {
  const phase = breakerPhase(state, limits, nowMs);
  if (phase === "closed") return { admitted: true, state };
  if (phase === "open") return { admitted: false, resumesAtMs: state.openedAtMs! + limits.coolDownMs };
  if (state.probeAtMs !== null && nowMs < state.probeAtMs + probeMsMax) {
    return { admitted: false, resumesAtMs: state.probeAtMs + probeMsMax };
  }
  return { admitted: true, state: { ...state, probeAtMs: nowMs } };
}

/** An answer that comes while the breaker is open belongs to a call from before, and says nothing new. */
export function afterSuccess(state: BreakerState, limits: BreakerLimits, nowMs: number): BreakerState {
  return breakerPhase(state, limits, nowMs) === "open" ? state : closedBreaker;
}

export function afterFailure(state: BreakerState, limits: BreakerLimits, nowMs: number): BreakerState {
  switch (breakerPhase(state, limits, nowMs)) {
    case "open":
      return state;
    case "half_open":
      return { failures: state.failures + 1, openedAtMs: nowMs, probeAtMs: null };
    case "closed": {
      const failures = state.failures + 1;
      return { failures, openedAtMs: failures >= limits.failuresMax ? nowMs : null, probeAtMs: null };
    }
  }
}
