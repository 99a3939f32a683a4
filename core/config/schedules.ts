/** When which market is asked for what: it all follows from the configuration. */
import { assetClasses, type AssetClass, type Interval } from "../market.ts";
import type { ExtractRequest } from "../messages/index.ts";
import { seriesOf } from "./derive.ts";
import type { MarketConfig, MarketlakeConfig } from "./schema.ts";

/** A request as a schedule makes it; version, kind, time and trigger are added when it fires. */
export type ScheduledRequest = Omit<ExtractRequest, "version" | "kind" | "scheduledTime" | "trigger">;

export interface ScheduleConfig {
  /** Unique; becomes part of the schedule's logical id. */
  readonly name: string;
  /** Six fields as EventBridge Scheduler has them. */
  readonly cron: string;
  /** IANA name; the cron follows its daylight saving time. */
  readonly timeZone: string;
  readonly enabled: boolean;
  readonly request: ScheduledRequest;
}

type Schedule = Omit<ScheduleConfig, "enabled">;

const secondsPerMinute = 60;

/**
 * The schedules of every market with symbols. Without any, of every market with generated bars, or none at all: generated
 * prices never stand beside real ones. A tick outside a calendar's session is a logged skip, so crons may be wide.
 */
export function schedulesOf(config: MarketlakeConfig): ScheduleConfig[] {
  const enabled = config.deployment.schedulesEnabled;
  return plannedSchedules(config).map((schedule) => ({ ...schedule, enabled }));
}

/** Whether nothing is asked for because no market has symbols. */
export const isIdle = (config: MarketlakeConfig): boolean => plannedSchedules(config).length === 0;

function plannedSchedules(config: MarketlakeConfig): Schedule[] {
  const named = assetClasses.filter((assetClass) => config.markets[assetClass].symbols.length > 0);
  if (named.length > 0) {
    return named.flatMap((assetClass) => [
      ...ticksOf(config, assetClass),
      ...maintenanceOf(config, assetClass),
    ]);
  }
  if (config.withoutSymbols === "nothing") return [];
  return assetClasses
    .flatMap((assetClass) => ticksOf(config, assetClass))
    .map(({ request, ...schedule }) => ({ ...schedule, request: { ...request, provider: "synthetic" } }));
}

function ticksOf(config: MarketlakeConfig, assetClass: AssetClass): Schedule[] {
  const market = config.markets[assetClass];
  return seriesOf(config, assetClass).flatMap(({ interval }) => {
    const tick = tickOf(market, interval);
    if (tick === null) return [];
    const { cron, ...polls } = tick;
    const request = { assetClass, interval, ...polls };
    return [{ name: `${assetClass}-${interval}`, cron, timeZone: market.timeZone, request }];
  });
}

/** When a market is asked for what is new, in its zone; null for bars that it is not asked for. */
export function tickOf(
  { intraday, endOfDay, stream }: MarketConfig,
  interval: Interval,
): ({ readonly cron: string } & Pick<ScheduledRequest, "polls">) | null {
  if (interval === "1d") return endOfDay === null ? null : { cron: endOfDay };
  if (intraday?.interval !== interval) return null;
  if (stream === null) return { cron: intraday.cron };
  // Schedules can be no faster than a minute: what is to come faster is asked for several times by one tick.
  const everyMinute = intraday.cron.replace(/^\S+/, "*");
  const { everySeconds } = stream;
  return {
    cron: everyMinute,
    polls: { count: secondsPerMinute / everySeconds, everyMs: everySeconds * 1_000 },
  };
}

function maintenanceOf(config: MarketlakeConfig, assetClass: AssetClass): Schedule[] {
  const { timeZone, gaps, refresh } = config.maintenance;
  return seriesOf(config, assetClass).flatMap((series) => {
    const name = `${assetClass}-${series.interval}`;
    const refreshDays = series.interval === "1d" ? refresh?.dailyDays : refresh?.intradayDays;
    return [
      ...(gaps === null
        ? []
        : [
            {
              name: `${name}-gaps`,
              cron: gaps.cron,
              timeZone,
              request: { ...series, lastDays: gaps.lastDays, only: "gaps" as const },
            },
          ]),
      ...(refresh === null || refreshDays === null || refreshDays === undefined
        ? []
        : [
            {
              name: `${name}-refresh`,
              cron: refresh.cron,
              timeZone,
              request: { ...series, lastDays: refreshDays },
            },
          ]),
    ];
  });
}
