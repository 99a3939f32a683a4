/**
 * When the next call may be made: calls are spread evenly, so that no stretch of a minute, wherever it begins, has more of
 * them, or costs more, than the plan allows; and counters per day and month.
 */
import { TerminalError } from "../../errors.ts";
import { openZone, type Zone } from "../../calendar/zone.ts";
import { memoize } from "../../memoize.ts";
import { creditsIn, type BudgetWindow, type LaneState } from "./lane-state.ts";
import type { CallLimits } from "./policy.ts";

/**
 * How late after its slot a call may still leave and reach the provider: waking up, the network and clocks that differ.
 * Whoever is later takes a new slot.
 */
export const slotSlackMs = 1_000;

const minuteMs = 60_000;

export type Slot =
  | { readonly free: true; readonly atMs: number; readonly state: LaneState }
  | { readonly free: false; readonly resumesAtMs: number; readonly reason: string };

/**
 * Takes the next free call, or tells when there will be one.
 *
 * @param credits what the vendor charges for the call
 * @throws TerminalError where the call costs more than a whole budget.
 */
export function takeSlot(state: LaneState, limits: CallLimits, nowMs: number, credits = 1): Slot {
  refuseUnaffordable(limits, credits);
  const zone = zoneOf(limits.timeZone);
  const beforeMs = state.lastCallMs === null ? 0 : state.lastCallMs + paceMs(limits, credits);
  const atMs = clearOfMidnight(zone, Math.ceil(Math.max(nowMs, state.freeAtMs, beforeMs)));
  const day = countCall(state.day, dayOf(zone, atMs), credits);
  const month = countCall(state.month, monthOf(zone, atMs), credits);
  const monthBudget = { calls: limits.callsPerMonth, credits: limits.creditsPerMonth, name: "month" };
  const monthLack = lackIn(month, monthBudget, credits);
  if (monthLack !== null) return refusal(monthOf(zone, atMs).endMs, monthLack);
  const dayLack = lackIn(
    day,
    { calls: limits.callsPerDay, credits: limits.creditsPerDay, name: "day" },
    credits,
  );
  if (dayLack !== null) return refusal(dayOf(zone, atMs).endMs, dayLack);
  if (atMs - nowMs > limits.waitMsMax) {
    return refusal(atMs, `the next free call is ${Math.ceil((atMs - nowMs) / 1_000)} s away`);
  }
  const next = spacing(state, limits, atMs, credits);
  return { free: true, atMs, state: { ...state, ...next, day, month } };
}

function refuseUnaffordable(limits: CallLimits, credits: number): void {
  const { creditsPerMinute, creditsPerDay, creditsPerMonth } = limits;
  const most = Math.min(
    ...[creditsPerMinute, creditsPerDay, creditsPerMonth].map((limit) => limit ?? Infinity),
  );
  if (credits <= most) return;
  throw new TerminalError(
    `a call that costs ${credits} credits can never be made: expected at most ${most}, all that the plan has at a time; ask for a shorter range or raise the limit`,
  );
}

interface Budget {
  readonly calls: number | null;
  readonly credits: number | null;
  readonly name: string;
}

/** What a window with the call counted lacks; null where its budget holds it. */
function lackIn(window: BudgetWindow, budget: Budget, credits: number): string | null {
  if (budget.calls !== null && window.calls > budget.calls) {
    return `all ${budget.calls} calls of the ${budget.name} are used`;
  }
  const spent = creditsIn(window);
  if (budget.credits === null || spent <= budget.credits) return null;
  return `${spent - credits} of the ${budget.name}'s ${budget.credits} credits are used, and the call costs ${credits}`;
}

const refusal = (resumesAtMs: number, reason: string) => ({ free: false, resumesAtMs, reason }) as const;

/** When the call after one at `atMs` is free. */
function spacing(state: LaneState, limits: CallLimits, atMs: number, credits: number) {
  const { callsPerBatch, batchGapMs } = limits;
  const hasRested = state.lastCallMs === null || atMs - state.lastCallMs >= batchGapMs;
  const callsInBatch = (hasRested ? 0 : state.callsInBatch) + 1;
  const pauseMs = callsInBatch >= callsPerBatch ? batchGapMs : 0;
  return {
    freeAtMs: atMs + Math.max(limits.gapMs, paceMs(limits, credits), pauseMs),
    lastCallMs: atMs,
    callsInBatch: callsInBatch >= callsPerBatch ? 0 : callsInBatch,
  };
}

/**
 * The distance that a call keeps to the one before it and to the one after it: so that two calls keep the larger of their
 * distances. Of calls within a minute that cost more than its budget b together, let the cheapest cost m. The others cost
 * b + 1 − m at least, and each keeps at least its cost · minute / (b + 1 − m) to its neighbour on the side of the cheapest,
 * which comes to a minute or more. For calls that cost one each this is minute / b.
 */
function paceMs({ callsPerMinute, creditsPerMinute }: CallLimits, credits: number): number {
  // Over a minute and the slack, as calls may bunch by so much on their way.
  const stretchMs = minuteMs + slotSlackMs;
  const byCalls = callsPerMinute === null ? 0 : stretchMs / callsPerMinute;
  const byCredits =
    creditsPerMinute === null ? 0 : stretchMs * Math.min(1, credits / (creditsPerMinute + 1 - credits));
  return Math.ceil(Math.max(byCalls, byCredits));
}

/** A call just before midnight could arrive after it and be counted with a day that has none left. */
function clearOfMidnight(zone: Zone, atMs: number): number {
  const { endMs } = dayOf(zone, atMs);
  return atMs >= endMs - slotSlackMs ? endMs : atMs;
}

function countCall(window: BudgetWindow, { startMs }: { startMs: number }, credits: number): BudgetWindow {
  if (window.startMs !== startMs) return { startMs, calls: 1, credits };
  return { startMs, calls: window.calls + 1, credits: creditsIn(window) + credits };
}

/** The half-open range, UTC ms, of the provider's day in which a time lies. */
export function dayOf(zone: Zone, tsMs: number): { startMs: number; endMs: number } {
  const local = new Date(tsMs + zone.offsetAtMs(tsMs));
  const midnight = (days: number) =>
    zone.utcOfLocalMs(Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate() + days));
  return { startMs: midnight(0), endMs: midnight(1) };
}

/** As `dayOf`, for the month. */
export function monthOf(zone: Zone, tsMs: number): { startMs: number; endMs: number } {
  const local = new Date(tsMs + zone.offsetAtMs(tsMs));
  const first = (months: number) =>
    zone.utcOfLocalMs(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months));
  return { startMs: first(0), endMs: first(1) };
}

export const zoneOf = memoize(openZone);
