/** What a plan says of one provider, and what it is made from. */
import {
  isVendor,
  policyOf,
  vendorFacts,
  providerSettingsOf,
  type MarketlakeConfig,
} from "../config/index.ts";
import type { Series } from "../lake/keys.ts";
import { TerminalError } from "../errors.ts";
import type { Provider } from "../providers/provider.ts";
import { createProviders } from "../providers/registry.ts";
import { defaultResiliencePolicy, type CallLimits } from "../providers/resilience/index.ts";
import type { LaneState } from "../providers/resilience/lane-state.ts";
import type { Load } from "./pace.ts";
import type { SeriesWork, Wish } from "./work.ts";

/** From a call to its answer, where nothing better is known. */
export const usualLatencyMs = 300;

export interface PlanInput {
  readonly config: MarketlakeConfig;
  readonly wishes: readonly Wish[];
  /** Who alone is to be asked; else the first of each market's list that has the series. */
  readonly provider?: string;
  /** When the work begins, UTC ms. */
  readonly atMs: number;
  readonly latencyMs?: number;
  /** What of budgets is used already, by provider. */
  readonly lanes?: ReadonlyMap<string, LaneState>;
}

export interface Quota {
  readonly period: "day" | "month";
  /** What the vendor counts: calls, or what it charges for them. */
  readonly unit: "calls" | "credits";
  readonly limit: number;
  /** What the work takes in one such period, at most. */
  readonly needed: number;
}

/** What is asked for again besides the ticks, so that history that the provider has rewritten is corrected. */
export interface RefreshPlan {
  /** Of one refresh. */
  readonly series: readonly SeriesWork[];
  readonly timesPerMonth: number;
  /** Of its day, ticks included. */
  readonly quotas: readonly Quota[];
  /** Refreshes until a symbol has its turn, on average; 1 where the day's budgets hold all, null where they hold none. */
  readonly turns: number | null;
}

export interface ProviderPlan {
  readonly provider: string;
  /** What the configuration says is subscribed to; null for providers without plans. */
  readonly plan: string | null;
  /** Of the whole backfill, or of one tick of each series; so are the sums below. */
  readonly series: readonly SeriesWork[];
  readonly calls: number;
  /** What the vendor charges for the calls, in its own unit. */
  readonly credits: number;
  readonly bars: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** Of a backfill, or of the fullest day of ticks and a month of ticks and refreshes. */
  readonly quotas: readonly Quota[];
  /** Beside ticks; null where there is none. */
  readonly refresh: RefreshPlan | null;
  /** Of a backfill, or of a month of ticks and refreshes. */
  readonly computeUsd: number;
  /** For what this adds, each month that it is kept; a month of ticks and refreshes adds it anew each month. */
  readonly storageUsdPerMonth: number;
  /** As configured; null where it is not. */
  readonly subscriptionUsdPerMonth: number | null;
  /** How full the tightest limit is: 1 is full. */
  readonly load: number;
  readonly fits: boolean;
  /** Why it does not fit, or takes long. */
  readonly problems: readonly string[];
  /** What would fit instead. */
  readonly advice: readonly string[];
}

/** How one provider is asked. */
export interface Asked {
  readonly provider: Provider;
  readonly wishes: readonly Wish[];
}

/** Whom the wishes go to. @throws TerminalError for a series that nobody has. */
export function assign(input: PlanInput): Asked[] {
  const providers = providersOf(input.config);
  const chosen = input.wishes.map((wish) => ({ wish, provider: firstAble(input, providers, wish) }));
  return [...Map.groupBy(chosen, ({ provider }) => provider)].map(([provider, group]) => ({
    provider,
    wishes: group.map(({ wish }) => wish),
  }));
}

export const providersOf = (config: MarketlakeConfig): ReadonlyMap<string, Provider> =>
  createProviders(providerSettingsOf(config));

/** Who could be asked for a series, best first. */
export function chainOf({ config, provider }: PlanInput, { assetClass }: Series): readonly string[] {
  return provider === undefined ? config.markets[assetClass].providers : [provider];
}

function firstAble(input: PlanInput, providers: ReadonlyMap<string, Provider>, wish: Wish): Provider {
  const chain = chainOf(input, wish);
  const known = chain.map((id) => providers.get(id)).filter((provider) => provider !== undefined);
  const able = known.find((provider) => provider.covers(wish));
  // Who would have it on another plan is planned for, so that the plan can say so.
  const chosen = able ?? known.find((provider) => plansWith(input.config, provider, wish).length > 0);
  if (chosen !== undefined) return chosen;
  const asked = chain.map((id) => `"${id}"`).join(", ");
  throw new TerminalError(
    `no provider has ${wish.interval} bars of ${wish.assetClass}: expected one among ${asked}; name another with --provider or in markets.${wish.assetClass}.providers`,
  );
}

/** Configurations that differ in the plan of one vendor, from the smallest; its plan by name. */
export function plansWith(
  config: MarketlakeConfig,
  { id }: Provider,
  wish: Wish,
): { plan: string; config: MarketlakeConfig; provider: Provider }[] {
  if (!isVendor(id)) return [];
  return Object.keys(vendorFacts[id].plans)
    .map((plan) => {
      const vendor = { ...config.providers[id], plan };
      const changed = { ...config, providers: { ...config.providers, [id]: vendor } };
      return { plan, config: changed, provider: providersOf(changed).get(id)! };
    })
    .filter(({ provider }) => provider.covers(wish));
}

/** What of the wishes the provider does not have on its plan. */
export function lacking(config: MarketlakeConfig, provider: Provider, wishes: readonly Wish[]): string[] {
  return wishes
    .filter((wish) => !provider.covers(wish))
    .map(({ assetClass, interval }) => {
      const plan = planNameOf(config, provider.id);
      return `has no ${interval} bars of ${assetClass}${plan === null ? "" : ` on the plan "${plan}"`}`;
    });
}

export const limitsOf = (config: MarketlakeConfig, id: string): CallLimits =>
  (isVendor(id) ? policyOf(config, id) : defaultResiliencePolicy).calls;

export const withoutBudgets = (limits: CallLimits): CallLimits => ({
  ...limits,
  callsPerDay: null,
  callsPerMonth: null,
  creditsPerDay: null,
  creditsPerMonth: null,
});

/** The budgets that a plan has, beside what is taken of them. */
export function quotasOf(limits: CallLimits, perDay: Load, perMonth: Load): Quota[] {
  const budgets = [
    { period: "day", unit: "calls", limit: limits.callsPerDay, needed: perDay.calls },
    { period: "month", unit: "calls", limit: limits.callsPerMonth, needed: perMonth.calls },
    { period: "day", unit: "credits", limit: limits.creditsPerDay, needed: perDay.credits },
    { period: "month", unit: "credits", limit: limits.creditsPerMonth, needed: perMonth.credits },
  ] as const;
  return budgets.flatMap(({ limit, ...budget }) => (limit === null ? [] : { ...budget, limit }));
}

export const planNameOf = (config: MarketlakeConfig, id: string): string | null =>
  isVendor(id) ? config.providers[id].plan : null;

export const subscriptionOf = (config: MarketlakeConfig, id: string): number | null => {
  if (!isVendor(id)) return 0;
  const { plan, monthlyUsd } = config.providers[id];
  return monthlyUsd ?? (plan === "free" || plan === "public" ? 0 : null);
};

export const shardCountOf = (config: MarketlakeConfig, { assetClass }: Series): number =>
  config.markets[assetClass].shards;

export const sumOf = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((sum, value) => sum + of(value), 0);
