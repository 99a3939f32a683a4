/**
 * With whom a schedule begins that asks for a range of a whole universe. A budget that ends before the universe does is
 * handed on to no other day, so whoever stands at the end would never be asked for: each time another symbol comes first.
 */
import { intervalMs } from "../market.ts";
import type { ExtractRequest } from "../messages/index.ts";
import { byShard } from "./extract-plan.ts";

/**
 * Part of the universe that the beginning moves on by each day. A week moves it by the golden ratio, whose multiples
 * lie most evenly whatever part of the universe a budget holds: a part s of it is met again within some 2 / s weeks.
 */
const dailyShare = ((Math.sqrt(5) - 1) / 2 + 2) / 7;

/** Symbols in the order in which a request that names none asks for them: the same for the same scheduled time. */
export function inTurn(
  { lastDays, scheduledTime }: ExtractRequest,
  universe: readonly string[],
  shardCount: number,
): readonly string[] {
  if (lastDays === undefined) return universe;
  const day = Math.floor(Date.parse(scheduledTime) / intervalMs["1d"]);
  const shards = [...byShard(universe, shardCount).values()];
  let start = Math.floor(((day * dailyShare) % 1) * new Set(universe).size);
  let first = 0;
  while (first < shards.length && start >= shards[first]!.length) start -= shards[first++]!.length;
  const [begun = [], ...others] = [...shards.slice(first), ...shards.slice(0, first)];
  return [...begun.slice(start), ...begun.slice(0, start), ...others.flat()];
}
