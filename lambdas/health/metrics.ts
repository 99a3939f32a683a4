/** The figures of a health report as metrics, in CloudWatch's embedded format. */
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { HealthReport } from "../../core/health/index.ts";
import type { HealthEnv, HealthFigureName } from "./env.ts";

const units = {
  Problems: MetricUnit.Count,
  BreakerOpen: MetricUnit.Count,
  BudgetUsedPct: MetricUnit.Percent,
  SecondsSinceSuccess: MetricUnit.Seconds,
  BarsBehind: MetricUnit.Count,
  SymbolsBehindPct: MetricUnit.Percent,
} as const satisfies Record<HealthFigureName, string>;

interface Subject {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly figures: Partial<Record<HealthFigureName, number | null>>;
}

/**
 * Publishes the listed figures that are not 0: a metric is billed by the hours in which it gets a value, so that a
 * healthy lake costs nothing. Alarms treat missing data as not breaching.
 */
export function publishHealth(
  { METRICS_NAMESPACE: namespace, METRICS: costed }: Pick<HealthEnv, "METRICS_NAMESPACE" | "METRICS">,
  report: HealthReport,
): void {
  const metrics = new Metrics({ serviceName: "health", namespace });
  for (const { dimensions, figures } of subjectsOf(report)) {
    const told = costed.flatMap((name) => {
      const value = figures[name] ?? 0;
      return value === 0 ? [] : [{ name, value }];
    });
    if (told.length === 0) continue;
    for (const [name, value] of Object.entries(dimensions)) metrics.addDimension(name, value);
    for (const { name, value } of told) metrics.addMetric(name, units[name], value);
    metrics.publishStoredMetrics();
  }
}

function subjectsOf({ problems, providers, freshness }: HealthReport): Subject[] {
  const needed = providers.filter(({ isNeeded }) => isNeeded);
  return [
    { dimensions: {}, figures: { Problems: problems.length } },
    ...needed.map(({ provider, isDown, budgetUsedPct, secondsSinceSuccess }) => ({
      dimensions: { provider },
      figures: {
        BreakerOpen: isDown ? 1 : 0,
        BudgetUsedPct: budgetUsedPct,
        SecondsSinceSuccess: secondsSinceSuccess,
      },
    })),
    ...freshness.map(({ assetClass, interval, barsBehind, symbolsBehindPct }) => ({
      dimensions: { assetClass, interval },
      figures: { BarsBehind: barsBehind, SymbolsBehindPct: symbolsBehindPct },
    })),
  ];
}
