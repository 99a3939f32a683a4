/** What a backfill asks of each provider, and when it will be done. */
import type { MarketlakeConfig } from "../config/index.ts";
import { unitsOf, unitSymbolsMax } from "../pipeline/backfill-units.ts";
import { boundFor, cutInTime } from "../pipeline/cuts.ts";
import type { Stretch } from "../pipeline/stretches.ts";
import type { BarQuery, Provider } from "../providers/provider.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";
import type { CallLimits } from "../providers/resilience/index.ts";
import { freshLane } from "../providers/resilience/lane-state.ts";
import { largerPlan, otherProvider } from "./advice.ts";
import { costOf } from "./cost.ts";
import { paceOf } from "./pace.ts";
import {
  assign,
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
import { workFor, type Wish } from "./work.ts";

export interface BackfillInput extends PlanInput {
  /** Bar starts, half-open, UTC ms. */
  readonly window: Window;
}

/** Every provider that is asked, each at work beside the others. */
export function planBackfill(input: BackfillInput): ProviderPlan[] {
  return assign(input).map(({ provider, wishes }) => {
    const load = backfillLoad(input, input.config, provider, wishes);
    return { ...load, advice: load.fits ? [] : backfillAdvice(input, provider, wishes) };
  });
}

function backfillLoad(
  input: BackfillInput,
  config: MarketlakeConfig,
  provider: Provider,
  wishes: readonly Wish[],
): Omit<ProviderPlan, "advice"> {
  const { window, atMs, latencyMs = usualLatencyMs, lanes } = input;
  const limits = limitsOf(config, provider.id);
  const series = wishes.map((wish) => {
    const shardCount = shardCountOf(config, wish);
    return workFor(provider, wish, shardCount, (symbols) =>
      piecesOf(provider, wish, { symbols, ...window }, { shardCount, asOfMs: atMs, limits }),
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
    ...series
      .filter((work) => work.calls === 0 && work.symbols > 0)
      .map(({ assetClass, interval }) => `has no ${interval} bars of ${assetClass} from that time any more`),
    ...(workingMs < durationMs
      ? [
          `its budgets do not hold ${calls} calls${credits === calls ? "" : `, ${credits} credits,`} at once: it takes ${days} ${days === 1 ? "day" : "days"}, on which the same command goes on`,
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

function backfillAdvice(input: BackfillInput, provider: Provider, wishes: readonly Wish[]): string[] {
  const fits = (config: MarketlakeConfig, asked: Provider) =>
    wishes.every((wish) => asked.covers(wish)) && backfillLoad(input, config, asked, wishes).fits;
  return [
    largerPlan(input.config, provider, wishes, fits),
    otherProvider(input, provider, wishes, (other) => fits(input.config, other)),
  ].filter((advice) => advice !== null);
}
