/** Whether providers answer and the watched series keep up with their markets. */
export {
  freshnessOf,
  missedBars,
  type NewestBars,
  type SeriesFreshness,
  type WatchedSeries,
} from "./freshness.ts";
export type { HealthProblem } from "./problems.ts";
export type { BudgetStatus, ProviderStatus } from "./providers.ts";
export { reportHealth, type HealthReport } from "./report.ts";
