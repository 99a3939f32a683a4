/** What one simulation of a lake that is kept current is about: drawn from the seed, so that seeds differ in kind. */
import type { Session } from "../../../core/calendar/calendar.ts";
import { expectedStarts, xnys } from "../../../core/calendar/index.ts";
import { intervalMs, type Interval } from "../../../core/market.ts";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import { resiliencePolicySchema } from "../../../core/providers/resilience/index.ts";
import { defaultLakeSettings, type LakeSettings } from "../../../core/settings.ts";
import type { FaultRates } from "../options.ts";
import { Random } from "../random.ts";

export const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** First days of stretches with something special in them. */
const firstDays = [
  // Clocks change on the Sunday after.
  "2024-03-07",
  "2024-10-31",
  // Half a session on the Friday after Thanksgiving, then a new month.
  "2024-11-27",
  // The exchange rests on Wednesday, a new year begins.
  "2024-12-30",
];
const sessionsWithFaults = 2;
const calmSessions = 2;

export interface Appointment {
  readonly atMs: number;
  readonly request: ExtractRequest;
}

export interface Outage {
  readonly provider: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface UpkeepPlan {
  readonly interval: Interval;
  readonly symbols: readonly string[];
  /** Which no vendor knows; else null. */
  readonly strangeSymbol: string | null;
  readonly settings: LakeSettings;
  readonly startMs: number;
  /** From here on nothing goes wrong any more. */
  readonly calmMs: number;
  readonly endMs: number;
  readonly appointments: readonly Appointment[];
  readonly backfill: { readonly fromMs: number; readonly toMs: number; readonly only?: "gaps" } | null;
  /** Prices before it are halved by both vendors at that time. */
  readonly split: { readonly symbol: string; readonly atMs: number } | null;
  readonly outages: readonly Outage[];
  /** Part of the answers that are no JSON. */
  readonly garbage: number;
  /** Part of the bars that vendors publish late, and that they correct. */
  readonly late: number;
  readonly revised: number;
  /** How late at most, in bars. */
  readonly lateBarsMax: number;
  readonly symbolsPerCall: number;
  readonly spanDays: number;
  readonly workers: number;
  readonly callMsMax: number;
  readonly faults: FaultRates;
  readonly faultsMax: number;
}

export function drawPlan(seed: number): UpkeepPlan {
  const random = new Random(seed ^ 0xca1f);
  const rate = (most: number) => random.pick([0, most / 10, most / 3, most]);
  const interval = random.pick(["1h", "1h", "30min"] as const);
  const symbols = ["AA", "BB", "CC", "DD", "EE"].slice(0, random.int(2, 5));
  const sessions = sessionsFrom(random.pick(firstDays), sessionsWithFaults + calmSessions);
  const startMs = sessions[0]!.openMs - 8 * hourMs;
  const calmMs = sessions[sessionsWithFaults]!.openMs - 6 * hourMs;
  const overlapBars = random.int(2, 5);
  const strangeSymbol = random.chance(0.3) ? "STRANGE" : null;
  const backfilled = {
    fromMs: startMs - random.int(5, 20) * dayMs,
    toMs: startMs - random.int(0, 2) * dayMs,
  };
  const backfill = random.chance(0.2)
    ? null
    : random.chance(0.3)
      ? { ...backfilled, only: "gaps" as const }
      : backfilled;
  const asked = { interval, symbols: strangeSymbol === null ? symbols : [strangeSymbol, ...symbols] };
  return {
    interval,
    symbols,
    strangeSymbol,
    settings: settingsFor(random, overlapBars),
    startMs,
    calmMs,
    endMs: sessions.at(-1)!.closeMs + 17 * hourMs,
    appointments: appointmentsOf(sessions, asked, random),
    backfill,
    split: random.chance(0.6)
      ? {
          symbol: random.pick(symbols),
          atMs: random.pick(sessions.slice(1)).openMs - random.int(0, 10) * hourMs,
        }
      : null,
    outages: ["alpha", "beta"].flatMap((provider) => {
      const fromMs = random.int(startMs, calmMs);
      const lengthMs = random.pick([0, hourMs, 3 * hourMs, 30 * hourMs]);
      return [{ provider, fromMs, toMs: Math.min(fromMs + lengthMs, calmMs) }];
    }),
    garbage: rate(0.1),
    late: rate(0.3),
    revised: rate(0.3),
    lateBarsMax: overlapBars,
    symbolsPerCall: random.pick([1, 1, 2]),
    spanDays: random.pick([4, 30]),
    workers: random.int(1, 3),
    callMsMax: random.pick([0, 200, 2_000]),
    faults: {
      crash: rate(0.01),
      stall: rate(0.03),
      failBefore: rate(0.02),
      failAfter: rate(0.02),
      spuriousConflict: rate(0.05),
      duplicate: rate(0.3),
      lostAcknowledgement: rate(0.2),
      reorder: rate(0.2),
      corruptRaw: 0,
    },
    faultsMax: random.pick([10, 40, 120]),
  };
}

function sessionsFrom(date: string, count: number): Session[] {
  const sessions = [xnys.nextSession(date)];
  while (sessions.length < count) sessions.push(xnys.nextSession(sessions.at(-1)!.date));
  return sessions;
}

function settingsFor(random: Random, overlapBars: number): LakeSettings {
  const policy = (callsPerDay: number | null) =>
    resiliencePolicySchema.parse({
      calls: {
        callsPerDay,
        callsPerMinute: random.pick([null, 20, 60]),
        waitMsMax: random.pick([5_000, 60_000]),
      },
      retry: { attemptsMax: random.int(1, 3) },
      breaker: { failuresMax: random.int(2, 4), coolDownMs: random.pick([2, 20]) * minuteMs },
      timeoutMs: 10_000,
    });
  return {
    ...defaultLakeSettings,
    shardCounts: { ...defaultLakeSettings.shardCounts, stock: random.int(1, 3) },
    providerPriority: ["alpha", "beta"],
    providerChains: { stock: random.pick([["alpha"], ["alpha", "beta"], ["alpha", "beta"]]) },
    // Enough for each day's ticks and a little more, so that backfills take days.
    providerPolicies: {
      alpha: policy(random.pick([null, 120, 200])),
      beta: policy(random.pick([null, 150])),
    },
    extraction: { overlapBars, reachDays: random.int(6, 9), symbolsPerRun: random.pick([2, 3, 1_000]) },
  };
}

function appointmentsOf(
  sessions: readonly Session[],
  asked: { readonly interval: Interval; readonly symbols: readonly string[] },
  random: Random,
): Appointment[] {
  const lengthMs = intervalMs[asked.interval];
  const delayMs = random.int(0, 3) * minuteMs;
  const polls = random.chance(0.3) ? { polls: { count: random.int(2, 4), everyMs: 45_000 } } : {};
  const maintenanceAtMs = random.int(9, 12) * hourMs;
  const at = (atMs: number, trigger: string, changes: Partial<ExtractRequest>): Appointment => ({
    atMs,
    request: {
      version: 1,
      kind: "extract",
      assetClass: "stock",
      interval: asked.interval,
      symbols: [...asked.symbols],
      trigger,
      scheduledTime: new Date(atMs).toISOString(),
      ...changes,
    },
  });
  // Of a new day, with new budgets.
  const lastTickMs = sessions.at(-1)!.closeMs + 16 * hourMs;
  return sessions
    .flatMap(({ date, openMs, closeMs }, day) => {
      const ticks = [];
      for (let tickMs = openMs - lengthMs; tickMs <= closeMs + 3 * lengthMs; tickMs += lengthMs) {
        // On calm days none is missed.
        if (day < sessionsWithFaults && random.chance(0.1)) continue;
        ticks.push(at(Math.floor(tickMs / lengthMs) * lengthMs + delayMs, "schedule", polls));
      }
      return [
        ...ticks,
        // It would hide on calm days what the days before it have lost.
        ...(day < sessionsWithFaults && random.chance(0.5)
          ? [at(Date.parse(date) + maintenanceAtMs, "schedule", { lastDays: 4 })]
          : []),
        at(closeMs + 3 * hourMs, "schedule", { lastDays: 8, only: "gaps" }),
      ];
    })
    .concat(at(lastTickMs, "cli", {}))
    .sort((a, b) => a.atMs - b.atMs);
}

/** Starts of all bars of sessions within a stretch of time that are over by its end. */
export const barsWithin = (interval: Interval, fromMs: number, toMs: number): number[] => [
  ...expectedStarts(xnys, intervalMs[interval], { fromMs, toMs }, toMs),
];
