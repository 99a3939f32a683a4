/** Health for people. */
import type {
  BudgetStatus,
  HealthProblem,
  HealthReport,
  ProviderStatus,
  SeriesFreshness,
} from "../../core/health/index.ts";
import { age, count } from "./numbers.ts";
import { rowsOf } from "./rows.ts";
import { plain } from "./styles.ts";
import { formatTable, type TableOptions } from "./table.ts";
import { barTime } from "./times.ts";
import { wrap } from "./wrap.ts";

const indent = "  ";

export function* formatHealth(report: HealthReport, options: TableOptions): Generator<string> {
  const styles = options.styles ?? plain;
  yield* formatVerdict(report.problems, options);
  if (report.freshness.length === 0) {
    yield "no market of the configuration has symbols, so no bar is missed\n";
  } else {
    yield `\n${styles.bold("freshness")}\n`;
    yield* formatFreshness(report.freshness, options);
  }
  if (report.providers.length === 0) return;
  yield `\n${styles.bold("providers")}\n`;
  yield* formatProviders(report.providers, options);
}

/** The problems, or that there is none. */
export function* formatVerdict(problems: readonly HealthProblem[], options: TableOptions): Generator<string> {
  if (problems.length === 0) yield `${(options.styles ?? plain).green("healthy")}\n`;
  yield* formatProblems(problems, options);
}

/** One paragraph per problem. */
export function* formatProblems(
  problems: readonly HealthProblem[],
  options: TableOptions,
): Generator<string> {
  const styles = options.styles ?? plain;
  for (const { subject, problem } of problems) {
    const lines = wrap(`${subject}: ${problem}`, widthOf(options) - indent.length);
    for (const [index, line] of lines.entries())
      yield `${styles.red(index === 0 ? line : `${indent}${line}`)}\n`;
  }
}

export function formatFreshness(
  series: readonly SeriesFreshness[],
  options: TableOptions,
): Generator<string> {
  return formatTable(rowsOf(series.map(freshnessRow)), options);
}

/** What they failed with last stands below the table, whole, for it is what people look for. */
export function* formatProviders(
  providers: readonly ProviderStatus[],
  options: TableOptions,
): Generator<string> {
  yield* formatTable(rowsOf(providers.map(providerRow)), options);
  for (const { provider, lastFailureText } of providers) {
    if (lastFailureText === null) continue;
    const lines = wrap(`${provider} failed with: ${lastFailureText}`, widthOf(options) - indent.length);
    for (const [index, line] of lines.entries()) yield `${index === 0 ? line : `${indent}${line}`}\n`;
  }
}

function freshnessRow(freshness: SeriesFreshness) {
  const { assetClass, interval, newestBar, expectedBar, barsBehind, secondsBehind } = freshness;
  const { symbols, symbolsBehind, furthestBehind } = freshness;
  const names = symbolsBehind > furthestBehind.length ? [...furthestBehind, "…"] : furthestBehind;
  const barOf = (iso: string) => barTime(iso, interval);
  return {
    series: `${assetClass} ${interval}`,
    newest: newestBar === null ? null : barOf(newestBar),
    expected: expectedBar === null ? null : barOf(expectedBar),
    bars_behind: barsBehind,
    symbols_behind: `${count(symbolsBehind)} of ${count(symbols)}`,
    behind_for: secondsBehind === 0 ? null : age(secondsBehind),
    furthest_behind: names.length === 0 ? null : names.join(", "),
  };
}

function providerRow(provider: ProviderStatus) {
  const { today, thisMonth, secondsSinceSuccess, secondsSinceFailure } = provider;
  return {
    provider: provider.provider,
    breaker: provider.breaker.replace("_", " "),
    today: budget(today),
    this_month: budget(thisMonth),
    answered: ago(secondsSinceSuccess),
    failed: ago(secondsSinceFailure),
  };
}

/** Calls are what everybody thinks of. */
function budget({ unit, used, limit }: BudgetStatus): string {
  const figures = limit === null ? count(used) : `${count(used)} of ${count(limit)}`;
  return unit === "calls" ? figures : `${figures} ${unit}`;
}

const widthOf = ({ widthMax }: TableOptions): number => widthMax ?? Infinity;

const ago = (seconds: number | null) => (seconds === null ? null : `${age(seconds)} ago`);
