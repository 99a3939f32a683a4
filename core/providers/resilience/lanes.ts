import { providerLanesPrefix } from "../../lake/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import { decodeLaneState, type LaneState } from "./lane-state.ts";

/**
 * What a lake knows of its providers, by id: breakers, budgets and how they have been. Empty where none was ever called.
 * @throws UnreadableObjectError for a damaged state.
 */
export async function readLanes(
  store: Pick<ObjectStore, "get" | "list">,
): Promise<ReadonlyMap<string, LaneState>> {
  const lanes = new Map<string, LaneState>();
  for await (const { key } of store.list(providerLanesPrefix)) {
    const stored = await store.get(key);
    const provider = key.slice(providerLanesPrefix.length).replace(/\.json$/, "");
    if (stored !== null) lanes.set(provider, decodeLaneState(key, stored.bytes));
  }
  return lanes;
}
