/** What work will ask of providers, in calls, budgets, bytes, minutes and dollars, before any of it starts. */
export { planBackfill, type BackfillInput } from "./backfill-plan.ts";
export { expectedBars } from "./bars.ts";
export { usualLatencyMs, type PlanInput, type ProviderPlan, type Quota, type RefreshPlan } from "./plan.ts";
export { planTick } from "./tick-plan.ts";
export type { SeriesWork, Wish } from "./work.ts";
