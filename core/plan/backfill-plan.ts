/** What a backfill asks of each provider, and when it will be done. */
import type { MarketlakeConfig } from "../config/index.ts";
import { figure } from "./figure.ts";
import { unitsOf, unitSymbolsMax } from "../pipeline/backfill-units.ts";
import { boundFor, cutInTime, earliestMs } from "../pipeline/cuts.ts";
import { utcDate } from "../market.ts";
import type { Stretch } from "../pipeline/stretches.ts";
import type { BarQuery, Provider } from "../providers/provider.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";
import type { CallLimits } from "../providers/resilience/index.ts";
import { freshLane } from "../providers/resilience/lane-state.ts";
import { largerPlan, otherProvider } from "./advice.ts";
import { costOf } from "./cost.ts";
import { paceOf } from "./pace.ts";
import {
  lacking,
  limitsOf,
  planNameOf,
  quotasOf,
  shardCountOf,
  subscriptionOf,
  sumOf,
  usualLatencyMs,
  type PlanInput,
  type ProviderPlan,
} from "./plan.ts";
import { shares, type Share } from "./shares.ts";
import { workFor, type Wish } from "./work.ts";

export interface BackfillInput extends PlanInput {
  /** Bar starts, half-open, UTC ms. */
  readonly window: Window;
}

/** Every provider that is asked, each at work beside the others. */
export function planBackfill(input: BackfillInput): ProviderPlan[] {
  return shares(input).map(({ provider, wishes }) => {
    const load = backfillLoad(input, input.config, provider, wishes);
    return { ...load, advice: load.fits ? [] : backfillAdvice(input, provider, wishes) };
  });
}

function backfillLoad(
  input: BackfillInput,
  config: MarketlakeConfig,
  provider: Provider,
  wishes: readonly Share[],
): Omit<ProviderPlan, "advice"> {
  const { atMs, latencyMs = usualLatencyMs, lanes } = input;
  const limits = limitsOf(config, provider.id);
  const series = wishes.map((wish) => {
    const shardCount = shardCountOf(config, wish);
    return workFor(provider, wish, shardCount, (symbols) =>
      piecesOf(provider, wish, { symbols, ...wish.window }, { shardCount, asOfMs: atMs, limits }),
    );
  });
  const load = { calls: sumOf(series, (work) => work.calls), credits: sumOf(series, (work) => work.credits) };
  const { calls, credits } = load;
  const { durationMs, workingMs, days } = paceOf(
    load,
    limits,
    lanes?.get(provider.id) ?? freshLane,
    atMs,
    latencyMs,
  );
  const costs = series.map((work) =>
    costOf({ ...work, workingMs: calls === 0 ? 0 : (workingMs * work.calls) / calls }),
  );
  const problems = [
    ...lacking(config, provider, wishes),
    ...wishes.flatMap((wish) => beyondReach(provider, wish, atMs)),
    ...(workingMs < durationMs
      ? [
          `its budgets do not hold ${figure(calls)} calls${credits === calls ? "" : `, ${figure(credits)} credits,`} at once: it takes ${figure(days)} ${days === 1 ? "day" : "days"}, on which the same command goes on`,
        ]
      : []),
  ];
  return {
    provider: provider.id,
    plan: planNameOf(config, provider.id),
    series,
    calls,
    credits,
    bars: sumOf(series, (work) => work.bars),
    bytes: sumOf(series, (work) => work.bytes),
    durationMs,
    quotas: quotasOf(limits, load, load),
    refresh: null,
    computeUsd: sumOf(costs, ({ computeUsd }) => computeUsd),
    storageUsdPerMonth: sumOf(costs, ({ storageUsdPerMonth }) => storageUsdPerMonth),
    subscriptionUsdPerMonth: subscriptionOf(config, provider.id),
    load: workingMs === 0 ? 0 : durationMs / workingMs,
    fits: problems.length === 0,
    problems,
  };
}

/** Units, and their pieces of one call each, as a backfill asks for them. */
function* piecesOf(
  provider: Provider,
  { assetClass, interval }: Wish,
  stretch: Stretch,
  { shardCount, asOfMs, limits }: { shardCount: number; asOfMs: number; limits: CallLimits },
): Generator<BarQuery> {
  const bounds = (callsMax: number) => [boundFor(provider, limits, callsMax)];
  const options = { bounds, shardCount, symbolsMax: unitSymbolsMax };
  for (const unit of unitsOf([stretch], { assetClass, interval, asOfMs }, options)) {
    for (const cut of cutInTime(bounds(1), unit)) {
      yield cut.toMs === stretch.toMs ? { ...cut, actions: true } : cut;
    }
  }
}

/** What of the wish is older than all that its provider has, in words. */
function beyondReach(provider: Provider, { assetClass, interval, window }: Share, atMs: number): string[] {
  const reachMs = earliestMs(provider, { interval, asOfMs: atMs });
  if (reachMs <= window.fromMs) return [];
  const bars = `${interval} bars of ${assetClass}`;
  return [
    reachMs >= window.toMs
      ? `has no ${bars} from that time any more`
      : `has ${bars} from ${utcDate(reachMs)} on only, and nobody else of the list has older ones`,
  ];
}

function backfillAdvice(input: BackfillInput, provider: Provider, wishes: readonly Share[]): string[] {
  const fits = (config: MarketlakeConfig, asked: Provider) =>
    wishes.every((wish) => asked.covers(wish)) && backfillLoad(input, config, asked, wishes).fits;
  return [
    largerPlan(input.config, provider, wishes, fits),
    otherProvider(input, provider, wishes, (other) => fits(input.config, other)),
  ].filter((advice) => advice !== null);
}
