/** What the refresh of `maintenance` asks of one provider, beside the ticks. */
import type { MarketlakeConfig } from "../config/index.ts";
import { intervalMs } from "../market.ts";
import { boundFor, cutInTime } from "../pipeline/cuts.ts";
import { byShard } from "../pipeline/extract-plan.ts";
import type { CallLimits } from "../providers/resilience/index.ts";
import type { BarQuery, Provider } from "../providers/provider.ts";
import { cronTimes, cronTimesWithin } from "../schedule/cron.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";
import { plus, type Load } from "./pace.ts";
import { limitsOf, quotasOf, shardCountOf, type RefreshPlan } from "./plan.ts";
import { workFor, type SeriesWork, type Wish } from "./work.ts";

export interface RefreshLoad {
  readonly series: readonly SeriesWork[];
  /** The first one, UTC ms. */
  readonly firstMs: number;
  readonly timesPerMonth: number;
}

/** Null where nothing is refreshed. @param month the 30 days that are planned, UTC ms */
export function refreshLoad(
  config: MarketlakeConfig,
  provider: Provider,
  wishes: readonly Wish[],
  month: Window,
): RefreshLoad | null {
  const { refresh, timeZone } = config.maintenance;
  if (refresh === null) return null;
  const times = cronTimes(refresh.cron, timeZone);
  const firstMs = times.next(month.fromMs - 1);
  if (firstMs === null) return null;
  const series = wishes.flatMap((wish) => {
    const days = wish.interval === "1d" ? refresh.dailyDays : refresh.intradayDays;
    if (days === null) return [];
    const window = { fromMs: firstMs - days * intervalMs["1d"], toMs: firstMs };
    return [refreshOf(config, provider, wish, window)];
  });
  if (series.length === 0) return null;
  const timesPerMonth = [...cronTimesWithin(times, month.fromMs, month.toMs)].length;
  return { series, firstMs, timesPerMonth };
}

/** @param ticks what they take on the day of the refresh */
export function refreshPlan(
  { series, timesPerMonth }: RefreshLoad,
  limits: CallLimits,
  { ticks, once }: { readonly ticks: Load; readonly once: Load },
): RefreshPlan {
  const onItsDay = plus(ticks, once);
  const quotas = quotasOf(limits, onItsDay, onItsDay).filter(({ period }) => period === "day");
  const turns = quotas.map(({ unit, limit }) => {
    const left = limit - ticks[unit];
    return left <= 0 ? null : Math.max(1, once[unit] / left);
  });
  return {
    series,
    timesPerMonth,
    quotas,
    turns: turns.reduce((most, each) => (most === null || each === null ? null : Math.max(most, each)), 1),
  };
}

/** Shard by shard, in pieces of one call, as a run asks; splits and dividends with the newest. */
function refreshOf(config: MarketlakeConfig, provider: Provider, wish: Wish, window: Window): SeriesWork {
  const { assetClass, interval } = wish;
  const shardCount = shardCountOf(config, wish);
  const bounds = [boundFor(provider, limitsOf(config, provider.id), 1)];
  return workFor(provider, wish, shardCount, (names) =>
    [...byShard(names, shardCount).values()].flatMap((symbols) => {
      const query: BarQuery = { assetClass, interval, symbols, ...window, asOfMs: window.toMs };
      return cutInTime(bounds, query).map((cut) =>
        cut.toMs === window.toMs ? { ...cut, actions: true } : cut,
      );
    }),
  );
}
