/** What the budgets of the providers of a stream allow, by what its polls have taken of them. */
import type { MarketCalendar } from "../../core/calendar/index.ts";
import { providerHealth } from "../../core/providers/resilience/index.ts";
import { freshLane, type LaneState } from "../../core/providers/resilience/lane-state.ts";
import { budgetFloorMs } from "../../core/schedule/pacing.ts";
import { openTimeMs } from "../../core/schedule/trading-hours.ts";
import { policyOf, type LakeSettings } from "../../core/settings.ts";

/** By provider. */
export type Lanes = ReadonlyMap<string, LaneState>;

const periods = ["day", "month"] as const;
/** What the latest poll counts in the average of what polls take. */
const latestShare = 0.25;

export class BudgetPace {
  readonly #settings: LakeSettings;
  readonly #calendars: readonly MarketCalendar[];
  /** What a poll takes of the budgets of a provider, by provider. */
  readonly #usedPerPoll = new Map<string, number>();

  /** @param calendars of the market that is polled */
  constructor(settings: LakeSettings, calendars: readonly MarketCalendar[]) {
    this.#settings = settings;
    this.#calendars = calendars;
  }

  /** Counts what a poll has taken, by the lanes before and after it. */
  note(before: Lanes, after: Lanes, nowMs: number): void {
    for (const provider of after.keys()) {
      const [earlier, now] = [before, after].map((lanes) => this.#health(provider, lanes, nowMs).day.used);
      // A day that has begun meanwhile counts from zero.
      const used = Math.max(0, now! - earlier!);
      const average = this.#usedPerPoll.get(provider) ?? used;
      this.#usedPerPoll.set(provider, average + (used - average) * latestShare);
    }
  }

  /** The wait between polls with which the budgets of some provider of the list last until they are given anew. */
  floorMs(providers: readonly string[], lanes: Lanes, nowMs: number): number {
    const floors = providers.map((provider) => this.#floorOf(provider, lanes, nowMs));
    return floors.length === 0 ? 0 : Math.min(...floors);
  }

  #floorOf(provider: string, lanes: Lanes, nowMs: number): number {
    const health = this.#health(provider, lanes, nowMs);
    // Who has not been asked yet would be asked as often as the others.
    const own = this.#usedPerPoll.get(provider) ?? 0;
    const usedPerPoll = own > 0 ? own : Math.max(0, ...this.#usedPerPoll.values());
    const floors = periods.map((period) => {
      const { limit, used, resetsAtMs } = health[period];
      const openMs = Math.max(...this.#calendars.map((calendar) => openTimeMs(calendar, nowMs, resetsAtMs)));
      return budgetFloorMs({ limit, used, usedPerPoll, openMs });
    });
    return Math.max(...floors);
  }

  #health(provider: string, lanes: Lanes, nowMs: number) {
    return providerHealth(lanes.get(provider) ?? freshLane, policyOf(this.#settings, provider), nowMs);
  }
}
