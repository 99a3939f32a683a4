/** A tick of one provider, and the days and months that consist of them. */
import { tickOf, type MarketlakeConfig } from "../config/index.ts";
import { intervalMs } from "../market.ts";
import { byShard } from "../pipeline/extract-plan.ts";
import type { Provider } from "../providers/provider.ts";
import { freshLane } from "../providers/resilience/lane-state.ts";
import { costOf } from "./cost.ts";
import { loadOf, paceOf, plus, type Load } from "./pace.ts";
import {
  lacking,
  limitsOf,
  planNameOf,
  quotasOf,
  shardCountOf,
  subscriptionOf,
  sumOf,
  usualLatencyMs,
  withoutBudgets,
  type PlanInput,
  type ProviderPlan,
  type Quota,
} from "./plan.ts";
import { figure } from "./figure.ts";
import { refreshLoad, refreshPlan } from "./refresh-load.ts";
import { ticksBetween } from "./ticks.ts";
import { workFor, type Cut, type SeriesWork, type Wish } from "./work.ts";

const dayMs = intervalMs["1d"];
/** Far enough to meet the fullest day of a week. */
const weekMs = 7 * dayMs;
const monthMs = 30 * dayMs;
/** The bar that has just ended and the one that the mark stands at, beside the overlap. */
const barsBesideOverlap = 2;

/** What the schedule asks of one provider, when every series has been brought up to date before. */
export function tickLoad(
  config: MarketlakeConfig,
  provider: Provider,
  wishes: readonly Wish[],
  { atMs, latencyMs = usualLatencyMs }: Pick<PlanInput, "atMs" | "latencyMs">,
): Omit<ProviderPlan, "advice"> {
  const limits = limitsOf(config, provider.id);
  const series = wishes.map((wish) => usualTick(config, provider, wish, atMs));
  const durationOf = (load: Load) =>
    paceOf(load, withoutBudgets(limits), freshLane, atMs, latencyMs).durationMs;
  const taken = (times: (tick: Tick) => number): Load =>
    loadOf(series.map((tick) => ({ work: tick.work, times: times(tick) })));
  const once = taken(() => 1);
  const durationMs = durationOf(once);
  const refresh = refreshLoad(config, provider, wishes, { fromMs: atMs, toMs: atMs + monthMs });
  const refreshed = (times: number) => loadOf((refresh?.series ?? []).map((work) => ({ work, times })));
  const timesRefreshed = refresh?.timesPerMonth ?? 0;
  const quotas = quotasOf(
    limits,
    taken(({ ticksPerDay }) => ticksPerDay),
    plus(
      taken(({ ticks }) => ticks.length),
      refreshed(timesRefreshed),
    ),
  );
  // Daily ticks find time at night.
  const intraday = series.filter(({ work }) => work.interval !== "1d");
  const busyShare = sumOf(intraday, ({ work, everyMs }) => durationOf(work) / everyMs);
  const callsInTurn = sumOf(intraday, ({ work }) => work.calls);
  const load = Math.max(busyShare, ...quotas.map(({ needed, limit }) => needed / limit));
  const problems = [
    ...lacking(config, provider, wishes),
    ...quotas.filter(({ limit, needed }) => needed > limit).map(exceededText),
    ...(busyShare > 1
      ? [
          `ticks take ${figure(100 * busyShare)} % of the time between them: ${figure(callsInTurn)} calls do not fit`,
        ]
      : []),
  ];
  const costs = [
    ...series.map(({ work, ticks }) => monthOf(work, ticks.length, durationOf(work))),
    ...(refresh?.series ?? []).map((work) => monthOf(work, timesRefreshed, durationOf(work))),
  ];
  return {
    provider: provider.id,
    plan: planNameOf(config, provider.id),
    series: series.map(({ work }) => work),
    ...once,
    bars: sumOf(series, ({ work }) => work.bars),
    bytes: sumOf(series, ({ work }) => work.bytes),
    durationMs,
    quotas,
    refresh:
      refresh === null
        ? null
        : refreshPlan(refresh, limits, { ticks: taken(ticksOn(refresh.firstMs)), once: refreshed(1) }),
    computeUsd: sumOf(costs, ({ computeUsd }) => computeUsd),
    storageUsdPerMonth: sumOf(costs, ({ storageUsdPerMonth }) => storageUsdPerMonth),
    subscriptionUsdPerMonth: subscriptionOf(config, provider.id),
    load,
    fits: problems.length === 0,
    problems,
  };
}

const exceededText = ({ period, unit, limit, needed }: Quota): string =>
  `needs ${figure(needed)} ${unit} a ${period}, and has ${figure(limit)}`;

interface Tick {
  readonly work: SeriesWork;
  /** How long a tick may take. */
  readonly everyMs: number;
  /** On the fullest day. */
  readonly ticksPerDay: number;
  /** Of a month, UTC ms. */
  readonly ticks: readonly number[];
}

function usualTick(config: MarketlakeConfig, provider: Provider, wish: Wish, atMs: number): Tick {
  const ticks = ticksBetween(config.markets[wish.assetClass], wish, atMs, atMs + monthMs);
  const ofWeek = ticks.filter((tickMs) => tickMs < atMs + weekMs);
  const days = Map.groupBy(ofWeek, dayOf);
  const fullest = [...days.values()].reduce((most, day) => (day.length > most.length ? day : most), []);
  // Some vendors send the whole day each time: the middle of it has as much as a tick has on average.
  const tickMs = fullest[Math.floor(fullest.length / 2)] ?? atMs;
  const reachMs = (config.extraction.overlapBars + barsBesideOverlap) * intervalMs[wish.interval];
  const { assetClass, interval } = wish;
  const query = { assetClass, interval, fromMs: tickMs - reachMs, toMs: tickMs, asOfMs: tickMs };
  const shardCount = shardCountOf(config, wish);
  // A run asks shard by shard.
  const cut: Cut = (names) =>
    [...byShard(names, shardCount).values()].map((symbols) => ({ ...query, symbols }));
  const work = workFor(provider, wish, shardCount, cut);
  const everyMs = tickOf(config.markets[assetClass], interval)?.polls?.everyMs ?? intervalMs[interval];
  return { work, everyMs, ticksPerDay: fullest.length, ticks };
}

function monthOf(work: SeriesWork, ticks: number, durationMs: number) {
  const cost = costOf({ ...work, workingMs: durationMs });
  return {
    computeUsd: cost.computeUsd * ticks,
    storageUsdPerMonth: cost.storageUsdPerMonth * ticks,
  };
}

const ticksOn =
  (atMs: number) =>
  ({ ticks }: Tick): number =>
    ticks.filter((tickMs) => dayOf(tickMs) === dayOf(atMs)).length;

const dayOf = (tsMs: number): number => Math.floor(tsMs / dayMs);
