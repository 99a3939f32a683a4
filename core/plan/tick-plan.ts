/** What the schedule asks of each provider, whether its plan can carry that, and what it could carry instead. */
import { tickAdvice } from "./advice.ts";
import { assign, type PlanInput, type ProviderPlan } from "./plan.ts";
import { tickLoad } from "./tick-load.ts";

/** @throws TerminalError for a series that no provider has. */
export function planTick(input: PlanInput): ProviderPlan[] {
  return assign(input).map(({ provider, wishes }) => {
    const load = tickLoad(input.config, provider, wishes, input);
    return { ...load, advice: load.fits ? [] : tickAdvice(input, provider, wishes) };
  });
}
