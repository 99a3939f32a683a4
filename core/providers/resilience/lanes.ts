import { providerLanesPrefix } from "../../lake/keys.ts";
import type { ObjectStore } from "../../ports.ts";
import { decodeLaneState, type LaneState } from "./lane-state.ts";

/**
 * What a lake knows of its providers, by id: breakers, budgets and how they have been. Empty where none was ever called.
 * @param onDamaged takes the UnreadableObjectError of a damaged state, which is left out; by default it is thrown
 */
export async function readLanes(
  store: Pick<ObjectStore, "get" | "list">,
  onDamaged: (provider: string, error: unknown) => void = (_, error) => {
    throw error;
  },
): Promise<ReadonlyMap<string, LaneState>> {
  const lanes = new Map<string, LaneState>();
  for await (const { key } of store.list(providerLanesPrefix)) {
    const stored = await store.get(key);
    const provider = key.slice(providerLanesPrefix.length).replace(/\.json$/, "");
    if (stored === null) continue;
    try {
      lanes.set(provider, decodeLaneState(key, stored.bytes));
    } catch (error) {
      onDamaged(provider, error);
    }
  }
  return lanes;
}
