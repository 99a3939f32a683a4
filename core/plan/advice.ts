/** What would fit where a plan does not: other plans, other providers, longer bars, fewer symbols. Each is tried first. */
import { figure } from "./figure.ts";
import type { MarketlakeConfig } from "../config/index.ts";
import { intervals, type Interval } from "../market.ts";
import type { Provider } from "../providers/provider.ts";
import { chainOf, plansWith, providersOf, type PlanInput } from "./plan.ts";
import { tickLoad } from "./tick-load.ts";
import type { Wish } from "./work.ts";

/** Fewer symbols are proposed in these steps, once the budgets have said how many there could be. */
const shrinkFactor = 0.97;
const shrinksMax = 5;

export function tickAdvice(input: PlanInput, provider: Provider, wishes: readonly Wish[]): string[] {
  const { config } = input;
  const fits = (changed: MarketlakeConfig, asked: Provider, wanted: readonly Wish[]) =>
    wanted.every((wish) => asked.covers(wish)) && tickLoad(changed, asked, wanted, input).fits;
  const fitsHere = (wanted: readonly Wish[]) => fits(config, provider, wanted);
  const loadOf = (wanted: readonly Wish[]) => tickLoad(config, provider, wanted, input).load;
  const withLongerBars = longerBars(wishes, fitsHere);
  const withFewerSymbols = fewerSymbols(wishes, fitsHere, loadOf);
  const isNothingElse = withLongerBars === null && withFewerSymbols === null;
  return [
    largerPlan(config, provider, wishes, (changed, asked) => fits(changed, asked, wishes)),
    otherProvider(input, provider, wishes, (asked) => fits(config, asked, wishes)),
    lesserRefresh(config, (changed) => fits(changed, provider, wishes)),
    withLongerBars,
    withFewerSymbols,
    isNothingElse ? fewerSymbols(atLeast("1d", wishes), fitsHere, loadOf) : null,
  ].filter((advice) => advice !== null);
}

/** The smallest plan of the same vendor for which `fits` holds. */
export function largerPlan(
  config: MarketlakeConfig,
  provider: Provider,
  wishes: readonly Wish[],
  fits: (config: MarketlakeConfig, provider: Provider) => boolean,
): string | null {
  const { id } = provider;
  const candidates = plansWith(config, provider, wishes[0]!);
  const larger = candidates.find((candidate) => fits(candidate.config, candidate.provider));
  return larger === undefined ? null : `plan "${larger.plan}" of ${id} (providers.${id}.plan)`;
}

/** Another provider of the markets' lists for which `fits` holds. */
export function otherProvider(
  input: PlanInput,
  { id }: Provider,
  wishes: readonly Wish[],
  fits: (provider: Provider) => boolean,
): string | null {
  const providers = providersOf(input.config);
  const { provider: _, ...anyone } = input;
  const lists = new Set(wishes.flatMap((wish) => chainOf(anyone, wish)));
  const other = [...lists].find((name) => {
    const candidate = providers.get(name);
    return name !== id && candidate !== undefined && fits(candidate);
  });
  return other === undefined ? null : `provider "${other}" for all of it`;
}

function lesserRefresh(config: MarketlakeConfig, fits: (config: MarketlakeConfig) => boolean): string | null {
  const { maintenance } = config;
  if (maintenance.refresh === null || !fits({ ...config, maintenance: { ...maintenance, refresh: null } }))
    return null;
  return "fewer refreshes, or none (maintenance.refresh)";
}

function longerBars(wishes: readonly Wish[], fits: (wishes: readonly Wish[]) => boolean): string | null {
  const shortest = Math.min(...wishes.map(({ interval }) => intervals.indexOf(interval)));
  const interval = intervals.slice(shortest + 1).find((longer) => fits(atLeast(longer, wishes)));
  if (interval === undefined) return null;
  return `all symbols with ${interval === "1d" ? "daily" : interval} bars`;
}

/** The wishes with bars of at least this length; intraday series that become daily meet the daily ones that were there. */
function atLeast(interval: Interval, wishes: readonly Wish[]): Wish[] {
  const longer = wishes.map((wish) =>
    intervals.indexOf(wish.interval) < intervals.indexOf(interval) ? { ...wish, interval } : wish,
  );
  return [...new Map(longer.map((wish) => [`${wish.assetClass} ${wish.interval}`, wish])).values()];
}

function fewerSymbols(
  wishes: readonly Wish[],
  fits: (wishes: readonly Wish[]) => boolean,
  loadOf: (wishes: readonly Wish[]) => number,
): string | null {
  let share = 1 / Math.max(1, loadOf(wishes));
  for (let shrinks = 0; shrinks < shrinksMax; shrinks++, share *= shrinkFactor) {
    const wanted = wishes.map((wish) => ({
      ...wish,
      symbols: wish.symbols.slice(0, Math.floor(wish.symbols.length * share)),
    }));
    if (wanted.some(({ symbols }) => symbols.length === 0)) return null;
    if (!fits(wanted)) continue;
    const counts = wanted.map(
      ({ assetClass, interval, symbols }) =>
        `${figure(symbols.length)} of ${assetClass} with ${interval} bars`,
    );
    return `fewer symbols: ${counts.join(", ")}`;
  }
  return null;
}
