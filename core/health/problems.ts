/** What is not as it should be, by the thresholds of the settings. */
import { healthSettings, type LakeSettings } from "../settings.ts";
import type { SeriesFreshness } from "./freshness.ts";
import type { ProviderStatus } from "./providers.ts";

export interface HealthProblem {
  /** `fmp`, or `stock 15min`. */
  readonly subject: string;
  readonly problem: string;
}

export function providerProblems(status: ProviderStatus, settings: LakeSettings): HealthProblem[] {
  const { provider, breaker, isDown, failures, lastFailureText, today, thisMonth } = status;
  const problems: string[] = [];
  if (isDown) {
    const why = lastFailureText === null ? "" : `, the last time with: ${lastFailureText}`;
    const next = breaker === "open" ? "left alone for now" : "tried again at the next call";
    problems.push(`failed ${times(failures)} in a row${why}; it is ${next}`);
  }
  const { budgetUsedPctMax } = healthSettings(settings);
  for (const [period, { used, limit, unit, usedPct, resetsAt }] of [
    ["today", today],
    ["this month", thisMonth],
  ] as const) {
    if (budgetUsedPctMax === null || usedPct === null || usedPct < budgetUsedPctMax) continue;
    problems.push(
      `${used} of ${limit} ${unit} are used ${period} (${pct(usedPct)}), until ${minute(resetsAt)}`,
    );
  }
  return problems.map((problem) => ({ subject: provider, problem }));
}

export function seriesProblems(freshness: SeriesFreshness, settings: LakeSettings): HealthProblem[] {
  const { assetClass, interval, newestBar, expectedBar, barsBehind } = freshness;
  const subject = `${assetClass} ${interval}`;
  const bar = (iso: string) => (interval === "1d" ? iso.slice(0, 10) : minute(iso));
  const { barsBehindMax, symbolsBehindPctMax } = healthSettings(settings);
  if (barsBehind > barsBehindMax[assetClass]) {
    const bars = barsBehind === 1 ? "1 bar" : `${barsBehind} bars`;
    const came =
      newestBar === null ? "no bar has come yet" : `${bars} behind, the newest is of ${bar(newestBar)}`;
    return [{ subject, problem: `${came}; that of ${bar(expectedBar!)} should be there` }];
  }
  if (freshness.symbolsBehindPct <= symbolsBehindPctMax) return [];
  const { symbols, symbolsBehind, symbolsBehindPct, furthestBehind } = freshness;
  const names = symbolsBehind > furthestBehind.length ? [...furthestBehind, "…"] : furthestBehind;
  const share = `${symbolsBehind} of ${symbols} symbols (${pct(symbolsBehindPct)})`;
  return [{ subject, problem: `${share} are behind: ${names.join(", ")}` }];
}

const times = (count: number) => (count === 1 ? "once" : `${count} times`);
const pct = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} %`;
const minute = (iso: string) => `${iso.slice(0, 16).replace("T", " ")} UTC`;
