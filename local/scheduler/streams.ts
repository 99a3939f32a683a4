/** Polling of markets as appointments: each stream at a pace of its own, by `core/schedule/pacing.ts`. */
import { hoursOf } from "../../core/schedule/closed-market.ts";
import { alwaysOpen, type MarketCalendar } from "../../core/calendar/index.ts";
import { TerminalError } from "../../core/errors.ts";
import { intervalMs } from "../../core/market.ts";
import type { Series } from "../../core/lake/keys.ts";
import type { ExtractRequest } from "../../core/messages/index.ts";
import type { ExtractResult } from "../../core/pipeline/extract.ts";
import type { Clock } from "../../core/ports.ts";
import { BreakerOpenError, BudgetExhaustedError } from "../../core/providers/errors.ts";
import { nextCallMs } from "../../core/providers/resilience/index.ts";
import { freshLane } from "../../core/providers/resilience/lane-state.ts";
import { firstPoll, nextPoll, type NextPoll } from "../../core/schedule/pacing.ts";
import { tradingHours } from "../../core/schedule/trading-hours.ts";
import { policyOf, type LakeSettings } from "../../core/settings.ts";
import type { Appointment } from "./agenda.ts";
import { BudgetPace, type Lanes } from "./budget-pace.ts";

/** Bars of a market that are to be polled. */
export interface Stream extends Series {
  /** Who alone is asked; else the chain of the settings. */
  readonly provider?: string;
  /** Else the universe of the provider. */
  readonly symbols?: readonly string[];
  /** Whose calendars say when the market is open. */
  readonly calendarSymbols: readonly string[];
  /** Between polls, when nothing speaks for another pace. */
  readonly everyMs: number;
}

/** How a poll ended, and when the next one comes. */
export interface PollEvent {
  readonly stream: Stream;
  /** UTC ms. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** Null where it failed. */
  readonly result: ExtractResult | null;
  readonly error: unknown;
  readonly next: NextPoll;
}

export interface StreamPorts {
  readonly clock: Clock;
  readonly settings: LakeSettings;
  readonly extract: (request: ExtractRequest) => Promise<ExtractResult>;
  /** Brings curated bars and indicators up to date. */
  readonly drain: () => Promise<unknown>;
  /** Ids of the providers that a request asks, best first. */
  readonly askedFor: (request: ExtractRequest) => readonly string[];
  readonly lanes: () => Promise<Lanes>;
  readonly report: (event: PollEvent) => void;
}

export class StreamPolls {
  readonly #stream: Stream;
  readonly #ports: StreamPorts;
  readonly #calendars: readonly MarketCalendar[];
  readonly #budgets: BudgetPace;
  #quietPolls = 0;
  #hasAnswered = false;

  constructor(stream: Stream, ports: StreamPorts) {
    this.#stream = stream;
    this.#ports = ports;
    this.#calendars = calendarsOf(stream);
    this.#budgets = new BudgetPace(ports.settings, this.#calendars);
  }

  get first(): NextPoll {
    return firstPoll(this.#ports.clock.nowMs(), this.#hoursAt);
  }

  appointment(atMs = this.first.atMs): Appointment {
    const { assetClass, interval } = this.#stream;
    return { name: `${assetClass} ${interval}`, atMs, keep: (nowMs) => this.#poll(nowMs) };
  }

  /** @throws TerminalError where the first poll shows that none can succeed. */
  async #poll(startedMs: number): Promise<Appointment> {
    const { clock, extract, drain, lanes, askedFor, report } = this.#ports;
    const request = this.#requestAt(startedMs);
    const before = await lanes();
    let result: ExtractResult | null = null;
    let error: unknown = null;
    try {
      result = await extract(request);
    } catch (thrown) {
      if (thrown instanceof TerminalError && !this.#hasAnswered) throw thrown;
      error = thrown;
    }
    await drain();
    this.#hasAnswered ||= result !== null && result.bytesIn > 0;
    this.#quietPolls = result !== null && result.newRows > 0 ? 0 : this.#quietPolls + 1;
    const after = await lanes();
    const endedMs = clock.nowMs();
    const isRefused = error instanceof BudgetExhaustedError || error instanceof BreakerOpenError;
    const isSpent = isRefused || (result !== null && result.unanswered.length > 0);
    const providers = askedFor(request);
    this.#budgets.note(before, after, endedMs);
    const next = nextPoll({
      nowMs: endedMs,
      usualMs: this.#stream.everyMs,
      quietPolls: this.#quietPolls,
      floorMs: this.#budgets.floorMs(providers, after, endedMs),
      resumesAtMs: isSpent ? this.#resumesAtMs(providers, after, endedMs) : null,
      hoursAt: this.#hoursAt,
    });
    report({ stream: this.#stream, startedMs, endedMs, result, error, next });
    return this.appointment(next.atMs);
  }

  #requestAt(nowMs: number): ExtractRequest {
    const { assetClass, interval, provider, symbols } = this.#stream;
    return {
      version: 1,
      kind: "extract",
      assetClass,
      interval,
      scheduledTime: new Date(nowMs).toISOString(),
      trigger: "stream",
      ...(provider === undefined ? {} : { provider }),
      ...(symbols === undefined ? {} : { symbols: [...symbols] }),
    };
  }

  /** The earliest hours of the calendars: of those of the past, the market is open. */
  readonly #hoursAt = (tsMs: number) =>
    this.#calendars
      .map((calendar) => tradingHours(calendar, tsMs, intervalMs[this.#stream.interval]))
      .sort((a, b) => a.openMs - b.openMs)[0]!;

  #resumesAtMs(providers: readonly string[], lanes: Lanes, nowMs: number): number {
    const { settings } = this.#ports;
    const times = providers.map((id) =>
      nextCallMs(lanes.get(id) ?? freshLane, policyOf(settings, id), nowMs),
    );
    return Math.min(...times);
  }
}

function calendarsOf({ assetClass, calendarSymbols }: Stream): MarketCalendar[] {
  const known = [...hoursOf(assetClass, calendarSymbols)].filter((calendar) => calendar !== null);
  // Exchanges whose hours nobody knows may be open at any time.
  return known.length === 0 ? [alwaysOpen] : known;
}
