/** Queries cut in time so that each takes few calls: what was answered need never be asked again, whatever stops the next. */
import { intervalMs } from "../market.ts";
import type { BarQuery, Provider } from "../providers/provider.ts";
import type { CallLimits } from "../providers/resilience/index.ts";
import { creditsOf } from "../providers/vendor/ask.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";
import { policyOf, type LakeSettings } from "../settings.ts";

/** A provider, and what one symbol of a cut may take of it. */
export interface CallBound {
  readonly provider: Provider;
  readonly callsMax: number;
  /** Of all calls of a cut, and of each alone: a call that costs more than a whole budget can never be made. */
  readonly creditsMax: number;
  readonly creditsPerCallMax: number;
}

/**
 * Bounds for a chain: `callsMax` for who is asked first; each of the others must be able to answer a cut within a day's
 * budget, for else it would begin it anew every day and never end.
 */
export function boundsOf(
  chain: readonly Provider[],
  settings: LakeSettings,
  callsMax: number,
): readonly CallBound[] {
  return chain.map((provider, index) => {
    const { calls } = policyOf(settings, provider.id);
    return boundFor(provider, calls, index === 0 ? callsMax : (calls.callsPerDay ?? Infinity));
  });
}

/** At most `callsMax` calls, and no more credits than budgets have. */
export function boundFor(provider: Provider, limits: CallLimits, callsMax: number): CallBound {
  const creditsMax = Math.min(limits.creditsPerDay ?? Infinity, limits.creditsPerMonth ?? Infinity);
  const creditsPerCallMax = Math.min(creditsMax, limits.creditsPerMinute ?? Infinity);
  return { provider, callsMax, creditsMax, creditsPerCallMax };
}

/**
 * The query in the longest stretches that keep to the bounds, newest first. They end where the pieces of the first provider
 * end, so that together they take no more calls than the whole; a provider whose one call has all is asked once.
 */
export function cutInTime(bounds: readonly CallBound[], query: BarQuery): BarQuery[] {
  const [{ provider, callsMax }, next, ...others] = bounds as readonly [CallBound, ...CallBound[]];
  const reachMs = Math.min(query.toMs, earliestMs(provider, query));
  if (next !== undefined && reachMs > query.fromMs) {
    // What the first no longer has is cut for the one who is asked for it.
    const newer = reachMs < query.toMs ? cutInTime(bounds, { ...query, fromMs: reachMs }) : [];
    return [...newer, ...cutInTime([{ ...next, callsMax }, ...others], { ...query, toMs: reachMs })];
  }
  // One symbol stands for those that take as many calls: a vendor's limits differ by kinds of instruments.
  const kinds = Map.groupBy(query.symbols, (symbol) => callsFor(provider, { ...query, symbols: [symbol] }));
  return [...kinds.values()].flatMap((symbols) =>
    windowsOf(bounds, { ...query, symbols: symbols.slice(0, 1) }).map((window) => ({
      ...query,
      ...window,
      symbols,
    })),
  );
}

/** Start of the oldest bars that a provider still has, UTC ms. */
export const earliestMs = (provider: Provider, query: Pick<BarQuery, "interval" | "asOfMs">): number =>
  provider.earliestMs?.(query) ?? Number.NEGATIVE_INFINITY;

/** From when on somebody of a chain has bars of a range that begins earlier, UTC ms; null where somebody has all. */
export function reachOfAll(
  chain: readonly Provider[],
  query: Pick<BarQuery, "interval" | "asOfMs" | "fromMs">,
): number | null {
  const reachMs = Math.min(...chain.map((provider) => earliestMs(provider, query)));
  return reachMs > query.fromMs ? reachMs : null;
}

/** Calls that a provider needs for a query. */
export const callsFor = (provider: Provider, query: BarQuery): number =>
  provider.transformQuery(query).length;

function windowsOf(bounds: readonly CallBound[], query: BarQuery): Window[] {
  const windows: Window[] = [];
  let guessMs = query.toMs - query.fromMs;
  for (let { toMs } = query; toMs > query.fromMs; toMs = windows.at(-1)!.fromMs) {
    const fromMs = earliestStart(bounds, { ...query, toMs }, guessMs);
    windows.push({ fromMs, toMs });
    guessMs = 2 * (toMs - fromMs);
  }
  return windows;
}

/** Of the windows that end with the query, the start of the longest that keeps to the bounds; one bar always does. */
function earliestStart(bounds: readonly CallBound[], query: BarQuery, guessMs: number): number {
  const stepMs = intervalMs[query.interval];
  const { fromMs: endMs, toMs } = query;
  const oneBar = Math.max(endMs, Math.ceil(toMs / stepMs - 1) * stepMs);
  const limits = bounds.map((bound) => atLeast(bound, costOf(bound.provider, { ...query, fromMs: oneBar })));
  const fits = (fromMs: number) =>
    limits.every((bound) => isWithin(bound, costOf(bound.provider, { ...query, fromMs })));
  let good = oneBar;
  let bad = Math.max(endMs, toMs - guessMs);
  while (fits(bad)) {
    if (bad === endMs) return endMs;
    good = bad;
    bad = Math.max(endMs, toMs - 2 * (toMs - bad));
  }
  while (good - bad > stepMs) {
    const middle = Math.ceil((bad + good) / 2 / stepMs) * stepMs;
    if (middle >= good) break;
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

interface Cost {
  readonly calls: number;
  readonly credits: number;
  readonly dearest: number;
}

function costOf(provider: Provider, query: BarQuery): Cost {
  const credits = provider.transformQuery(query).map(creditsOf);
  return {
    calls: credits.length,
    credits: credits.reduce((sum, each) => sum + each, 0),
    dearest: credits.reduce((most, each) => Math.max(most, each), 0),
  };
}

const isWithin = ({ callsMax, creditsMax, creditsPerCallMax }: CallBound, cost: Cost) =>
  cost.calls <= callsMax && cost.credits <= creditsMax && cost.dearest <= creditsPerCallMax;

const atLeast = (bound: CallBound, { calls, credits, dearest }: Cost): CallBound => ({
  ...bound,
  callsMax: Math.max(bound.callsMax, calls),
  creditsMax: Math.max(bound.creditsMax, credits),
  creditsPerCallMax: Math.max(bound.creditsPerCallMax, dearest),
});

/**
 * Windows in ascending order, of which neighbours have become one where asking for both, and what lies between, takes no
 * more calls. Together they never take more than asking from the first to the last.
 */
export function joinWhereCheaper(callsOf: (window: Window) => number, windows: readonly Window[]): Window[] {
  const wanted: { readonly window: Window; readonly calls: number }[] = [];
  for (const window of windows) {
    const last = wanted.at(-1);
    const calls = callsOf(window);
    const both = { fromMs: last?.window.fromMs ?? window.fromMs, toMs: window.toMs };
    const bothCalls = callsOf(both);
    if (last !== undefined && bothCalls <= last.calls + calls) {
      wanted[wanted.length - 1] = { window: both, calls: bothCalls };
    } else {
      wanted.push({ window, calls });
    }
  }
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const whole = { fromMs: first.fromMs, toMs: last.toMs };
  const calls = wanted.reduce((sum, each) => sum + each.calls, 0);
  return callsOf(whole) <= calls ? [whole] : wanted.map(({ window }) => window);
}
