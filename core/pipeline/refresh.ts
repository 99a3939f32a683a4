/** Refreshes by schedule: everything of the last days again, so that history that a provider has rewritten is corrected. */
import type { ExtractRequest } from "../messages/index.ts";
import type { Provider } from "../providers/provider.ts";
import type { PipelineContext } from "./context.ts";
import { byShard } from "./extract-plan.ts";
import type { Skipped } from "./job-log.ts";
import { readWatermarks } from "./watermarks.ts";

export const nothingToRefresh: Skipped = {
  skipped: "nothing to refresh yet: the first tick brings what is new",
};

/**
 * Whether a request is a refresh of a series of which no tick has brought anything. The first tick would ask for the same
 * again, and a young lake would spend its budgets on that.
 */
export async function isBeforeFirstTick(
  context: PipelineContext,
  chain: readonly Provider[],
  { trigger, lastDays, only, assetClass, interval }: ExtractRequest,
  symbols: readonly string[],
): Promise<boolean> {
  if (trigger !== "schedule" || lastDays === undefined || only !== undefined) return false;
  for (const shard of byShard(symbols, context.settings.shardCounts[assetClass]).keys()) {
    for (const { id: provider } of chain) {
      const marks = await readWatermarks(context, { provider, assetClass, interval, shard });
      if (marks.size > 0) return false;
    }
  }
  return true;
}
