/** What a lake knows of its providers: breakers, budgets and how they have been. */
import { providerLanesPrefix } from "../core/lake/keys.ts";
import { decodeLaneState, type LaneState } from "../core/providers/resilience/lane-state.ts";
import type { ObjectStore } from "../core/ports.ts";
import { FileObjectStore } from "./files/file-object-store.ts";

/** By provider; empty where there is no lake. */
export async function readLanes(lakeDirectory: string): Promise<ReadonlyMap<string, LaneState>> {
  return lanesOf(new FileObjectStore(lakeDirectory));
}

/** @throws UnreadableObjectError for a damaged state. */
export async function lanesOf(store: ObjectStore): Promise<ReadonlyMap<string, LaneState>> {
  const lanes = new Map<string, LaneState>();
  for await (const { key } of store.list(providerLanesPrefix)) {
    const stored = await store.get(key);
    const provider = key.slice(providerLanesPrefix.length).replace(/\.json$/, "");
    if (stored !== null) lanes.set(provider, decodeLaneState(key, stored.bytes));
  }
  return lanes;
}
