import { providerLaneKey } from "../../lake/keys.ts";
import type { Clock, ObjectStore } from "../../ports.ts";
import { BreakerOpenError, BudgetExhaustedError } from "../errors.ts";
import { admit, afterFailure, afterSuccess } from "./breaker.ts";
import { decodeLaneState, encodeLaneState, freshLane, type LaneState } from "./lane-state.ts";
import type { ResiliencePolicy } from "./policy.ts";
import { SharedState } from "./shared-state.ts";
import { slotSlackMs, takeSlot, type Slot } from "./slots.ts";

export interface LanePorts {
  /** Where all workers see the same state. */
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Successes are noted so often at most: they tell people that a provider is well, and nobody else reads them. */
const successNoteMs = 60_000;
/** Longest text of a failure that is kept. */
const failureTextMax = 300;

type Reservation =
  | { readonly state: LaneState; readonly slot: Extract<Slot, { free: true }> }
  | { readonly state: LaneState; readonly error: BreakerOpenError | BudgetExhaustedError };

/**
 * The way to one provider, which all workers of a lake share: its breaker, its pace and its budgets. A call is reserved
 * before it is made, so that no budget is exceeded whatever happens to the worker after that.
 */
export class ProviderLane {
  readonly providerId: string;
  readonly policy: ResiliencePolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly #shared: SharedState<LaneState>;

  constructor(providerId: string, policy: ResiliencePolicy, ports: LanePorts) {
    this.providerId = providerId;
    this.policy = policy;
    this.clock = ports.clock;
    this.random = ports.random;
    this.#shared = new SharedState({
      ...ports,
      key: providerLaneKey(providerId),
      initial: freshLane,
      encode: encodeLaneState,
      decode: decodeLaneState,
    });
  }

  read(): Promise<LaneState> {
    return this.#shared.read();
  }

  /**
   * Reserves a call and waits until its time has come.
   *
   * @param isAdmitted whether an earlier call of the same attempt has passed the breaker
   * @param credits what the vendor charges for the call
   * @throws BreakerOpenError, BudgetExhaustedError: nothing was reserved. TerminalError where the call costs more than a
   * whole budget.
   */
  async reserve(isAdmitted: boolean, credits = 1): Promise<void> {
    let hasPassed = isAdmitted;
    for (;;) {
      const reservation = await this.#shared.change((state) => this.#decide(state, hasPassed, credits));
      if ("error" in reservation) throw reservation.error;
      const { atMs } = reservation.slot;
      // Timers may fire early.
      while (this.clock.nowMs() < atMs) await this.clock.sleep(atMs - this.clock.nowMs());
      if (this.clock.nowMs() <= atMs + slotSlackMs) return;
      hasPassed = true;
    }
  }

  /** The provider answered, be it that it does not know a symbol. */
  async succeeded(): Promise<void> {
    const { breaker } = this.policy;
    await this.#shared.change((state) => {
      const nowMs = this.clock.nowMs();
      const next = afterSuccess(state.breaker, breaker, nowMs);
      const isNoted = state.lastSuccessMs !== null && nowMs - state.lastSuccessMs < successNoteMs;
      if (isNoted && sameBreaker(next, state.breaker)) return { state };
      return { state: { ...state, breaker: next, lastSuccessMs: nowMs } };
    });
  }

  /**
   * The provider gave no usable answer.
   *
   * @param text why; kept for people, so it must hold no key
   * @param holdUntilMs nobody calls before this, UTC ms, as the provider has asked
   */
  async failed(text: string, holdUntilMs: number): Promise<void> {
    const message = text.slice(0, failureTextMax);
    await this.#shared.change((state) => {
      const nowMs = this.clock.nowMs();
      return {
        state: {
          ...state,
          freeAtMs: Math.max(state.freeAtMs, holdUntilMs),
          breaker: afterFailure(state.breaker, this.policy.breaker, nowMs),
          lastFailure: { atMs: nowMs, message },
        },
      };
    });
  }

  #decide(state: LaneState, isAdmitted: boolean, credits: number): Reservation {
    const { calls, breaker } = this.policy;
    const nowMs = this.clock.nowMs();
    const admission = isAdmitted
      ? ({ admitted: true, state: state.breaker } as const)
      : admit(state.breaker, breaker, nowMs, this.#probeMsMax());
    if (!admission.admitted) return { state, error: this.#breakerOpen(state, admission.resumesAtMs) };
    const slot = takeSlot(state, calls, nowMs, credits);
    if (!slot.free) {
      const text = `provider "${this.providerId}" may not be called now: ${slot.reason}; calls resume ${utcText(slot.resumesAtMs)}`;
      return { state, error: new BudgetExhaustedError(text, slot.resumesAtMs) };
    }
    return { state: { ...slot.state, breaker: admission.state }, slot };
  }

  /** Whoever tries a provider waits for a free call, then for the answer. */
  #probeMsMax(): number {
    return this.policy.calls.waitMsMax + slotSlackMs + this.policy.timeoutMs;
  }

  #breakerOpen({ breaker, lastFailure }: LaneState, resumesAtMs: number): BreakerOpenError {
    const why = lastFailure === null ? "" : `, the last time with: ${lastFailure.message}`;
    return new BreakerOpenError(
      `provider "${this.providerId}" failed ${breaker.failures} times in a row${why}; it is tried again ${utcText(resumesAtMs)}`,
      resumesAtMs,
    );
  }
}

const utcText = (tsMs: number) => new Date(tsMs).toISOString();

const sameBreaker = (a: LaneState["breaker"], b: LaneState["breaker"]) =>
  a.failures === b.failures && a.openedAtMs === b.openedAtMs && a.probeAtMs === b.probeAtMs;
