/** Asking providers so that they, their budgets and the lake survive it. */
export type { BreakerPhase } from "./breaker.ts";
export { callProvider } from "./call.ts";
export {
  askedFirst,
  askInOrder,
  pieces,
  type Answer,
  type FallbackOptions,
  type Unanswered,
} from "./fallback.ts";
export { providerHealth, type BudgetUse, type ProviderHealth } from "./health.ts";
export { nextCallMs } from "./next-call.ts";
export { ProviderLane, type LanePorts } from "./lane.ts";
export { readLanes } from "./lanes.ts";
export {
  breakerLimitsSchema,
  callLimitsSchema,
  defaultResiliencePolicy,
  resiliencePolicySchema,
  retryLimitsSchema,
  type CallLimits,
  type ResiliencePolicy,
} from "./policy.ts";
export { resilient } from "./resilient.ts";
