/** Asking providers so that they, their budgets and the lake survive it. */
export { breakerPhase, type BreakerPhase } from "./breaker.ts";
export { callProvider } from "./call.ts";
export { askInOrder, type Answer, type FallbackOptions, type Miss, type Unanswered } from "./fallback.ts";
export { providerHealth, type BudgetUse, type ProviderHealth } from "./health.ts";
export { ProviderLane, type LanePorts } from "./lane.ts";
export {
  callLimitsSchema,
  defaultResiliencePolicy,
  resiliencePolicySchema,
  type CallLimits,
  type ResiliencePolicy,
} from "./policy.ts";
export { resilient } from "./resilient.ts";
