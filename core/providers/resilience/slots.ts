/**
 * When the next call may be made: a token bucket of one token (GCRA), so that calls are spread evenly and no stretch of a
 * minute, wherever it begins, has more of them than the plan allows; and counters per day and month.
 */
import { openZone, type Zone } from "../../calendar/zone.ts";
import { memoize } from "../../memoize.ts";
import type { BudgetWindow, LaneState } from "./lane-state.ts";
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

/** Takes the next free call, or tells when there will be one. */
export function takeSlot(state: LaneState, limits: CallLimits, nowMs: number): Slot {
  const zone = zoneOf(limits.timeZone);
  const atMs = clearOfMidnight(zone, Math.ceil(Math.max(nowMs, state.freeAtMs)));
  const day = countCall(state.day, dayOf(zone, atMs));
  const month = countCall(state.month, monthOf(zone, atMs));
  if (limits.callsPerMonth !== null && month.calls > limits.callsPerMonth) {
    return refusal(monthOf(zone, atMs).endMs, `all ${limits.callsPerMonth} calls of the month are used`);
  }
  if (limits.callsPerDay !== null && day.calls > limits.callsPerDay) {
    return refusal(dayOf(zone, atMs).endMs, `all ${limits.callsPerDay} calls of the day are used`);
  }
  if (atMs - nowMs > limits.waitMsMax) {
    return refusal(atMs, `the next free call is ${Math.ceil((atMs - nowMs) / 1_000)} s away`);
  }
  return { free: true, atMs, state: { ...state, ...spacing(state, limits, atMs), day, month } };
}

const refusal = (resumesAtMs: number, reason: string) => ({ free: false, resumesAtMs, reason }) as const;

/** When the call after one at `atMs` is free. */
function spacing(state: LaneState, limits: CallLimits, atMs: number) {
  const { callsPerMinute, callsPerBatch, batchGapMs } = limits;
  const hasRested = state.lastCallMs === null || atMs - state.lastCallMs >= batchGapMs;
  const callsInBatch = (hasRested ? 0 : state.callsInBatch) + 1;
  // Over a minute and the slack, as calls may bunch by so much on their way.
  const paceMs = callsPerMinute === null ? 0 : Math.ceil((minuteMs + slotSlackMs) / callsPerMinute);
  const pauseMs = callsInBatch >= callsPerBatch ? batchGapMs : 0;
  return {
    freeAtMs: atMs + Math.max(limits.gapMs, paceMs, pauseMs),
    lastCallMs: atMs,
    callsInBatch: callsInBatch >= callsPerBatch ? 0 : callsInBatch,
  };
}

/** A call just before midnight could arrive after it and be counted with a day that has none left. */
function clearOfMidnight(zone: Zone, atMs: number): number {
  const { endMs } = dayOf(zone, atMs);
  return atMs >= endMs - slotSlackMs ? endMs : atMs;
}

const countCall = (window: BudgetWindow, { startMs }: { startMs: number }): BudgetWindow =>
  window.startMs === startMs ? { startMs, calls: window.calls + 1 } : { startMs, calls: 1 };

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
