/** How often a market is polled: faster where much happens, slower where nothing does, never while it rests. */
import type { TradingHours } from "./trading-hours.ts";

/** So much of a session at its begin and end is polled faster. */
const busyMs = 15 * 60_000;
const busyFactor = 0.5;
/** Each poll without news in a row lengthens the wait by one usual wait, up to so many. */
const quietFactorMax = 4;
/** Nobody is polled more often. */
export const pollEveryMsMin = 10_000;

export interface PaceFacts {
  /** UTC ms. */
  readonly nowMs: number;
  /** Between polls, when nothing speaks for another pace. */
  readonly usualMs: number;
  /** Polls without news since the last news. */
  readonly quietPolls: number;
  /** What budgets allow. */
  readonly floorMs: number;
  /** When a provider may be asked again; null where one may be asked now. UTC ms. */
  readonly resumesAtMs: number | null;
  /** Those in which a time lies, or the next after it. */
  readonly hoursAt: (tsMs: number) => TradingHours;
}

/**
 * `saving`: an earlier poll would be paid for with a later one. `spent`: until then no provider may be asked. `closed`: the
 * market rests until then.
 */
export interface NextPoll {
  readonly atMs: number;
  readonly reason: "open" | "saving" | "spent" | "closed";
}

/** When to poll after a poll. */
export function nextPoll(facts: PaceFacts): NextPoll {
  const { nowMs, resumesAtMs, hoursAt } = facts;
  if (resumesAtMs !== null && resumesAtMs > nowMs) {
    const next = firstPoll(resumesAtMs, hoursAt);
    return next.reason === "closed" ? next : { ...next, reason: "spent" };
  }
  const hours = hoursAt(nowMs);
  if (nowMs < hours.openMs) return { atMs: hours.openMs, reason: "closed" };
  const soonestMs = Math.min(usualWaitMs(facts, hours), momentAfter(nowMs, hours) - nowMs);
  const waitMs = Math.max(soonestMs, pollEveryMsMin);
  const atMs = nowMs + Math.max(waitMs, facts.floorMs);
  return {
    // Whatever a session cost, it ends with a poll that takes its last bars.
    atMs: hours.closesForRest ? Math.min(atMs, hours.untilMs) : atMs,
    reason: facts.floorMs > waitMs ? "saving" : "open",
  };
}

/** The first poll from a time on. */
export function firstPoll(nowMs: number, hoursAt: PaceFacts["hoursAt"]): NextPoll {
  const { openMs } = hoursAt(nowMs);
  return nowMs < openMs ? { atMs: openMs, reason: "closed" } : { atMs: nowMs, reason: "open" };
}

function usualWaitMs({ nowMs, usualMs, quietPolls }: PaceFacts, hours: TradingHours): number {
  const isBusy =
    (hours.opensAfterRest && nowMs < hours.openMs + busyMs) ||
    (hours.closesForRest && nowMs >= hours.closeMs - busyMs && nowMs < hours.closeMs);
  return usualMs * (isBusy ? busyFactor : Math.min(quietFactorMax, 1 + quietPolls));
}

/** The next moment that no wait may miss: the end becomes busy, the market closes, its last bars are there. */
function momentAfter(nowMs: number, { closeMs, untilMs, closesForRest }: TradingHours): number {
  if (!closesForRest) return Infinity;
  return [closeMs - busyMs, closeMs, untilMs].find((momentMs) => momentMs > nowMs) ?? Infinity;
}

/** What polls take of a budget. */
export interface BudgetShare {
  readonly limit: number | null;
  readonly used: number;
  readonly usedPerPoll: number;
  /** How long the market is open until the budget is given anew. */
  readonly openMs: number;
}

/** The wait between polls that lets a budget last until it is given anew; 0 where it does anyway. */
export function budgetFloorMs({ limit, used, usedPerPoll, openMs }: BudgetShare): number {
  if (limit === null || usedPerPoll <= 0) return 0;
  const pollsLeft = Math.floor(Math.max(0, limit - used) / usedPerPoll);
  return pollsLeft === 0 ? openMs : openMs / pollsLeft;
}
