/** When the markets are asked. A tick outside a calendar's session is a logged skip, so crons may be wide. */
import { defaultMarkets } from "../core/config/markets.ts";
import { assetClasses } from "../core/market.ts";
import type { ScheduleConfig } from "./config.ts";

/** The schedules of every market, all asking one provider. */
export function marketSchedules(provider: string, enabled: boolean): ScheduleConfig[] {
  return assetClasses.flatMap((assetClass) => {
    const { timeZone, intraday, endOfDay } = defaultMarkets[assetClass];
    const ticks = intraday === null ? [] : [intraday];
    return [...ticks, { interval: "1d" as const, cron: endOfDay }].map(({ interval, cron }) => ({
      name: `${assetClass}-${interval}`,
      assetClass,
      interval,
      provider,
      cron,
      timeZone,
      enabled,
    }));
  });
}
