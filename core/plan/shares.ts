/** Who is asked for which part of a range: vendors that keep recent bars only leave older ones to the next of the list. */
import { earliestMs } from "../pipeline/cuts.ts";
import type { Provider } from "../providers/provider.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";
import { assign, chainOf, providersOf, type PlanInput } from "./plan.ts";
import type { Wish } from "./work.ts";

interface RangeInput extends PlanInput {
  readonly window: Window;
}

/** A wish for a part of the range. */
export interface Share extends Wish {
  readonly window: Window;
}

/** What each provider is asked for. Bars that nobody has are in the share of who reaches furthest, whose plan says so. */
export function shares(input: RangeInput): { provider: Provider; wishes: readonly Share[] }[] {
  const providers = providersOf(input.config);
  const parts = assign(input).flatMap(({ provider, wishes }) =>
    wishes.flatMap((wish) => {
      const others = chainOf(input, wish)
        .map((id) => providers.get(id))
        .filter((other) => other !== undefined)
        .filter((other) => other.id !== provider.id && other.covers(wish));
      return inTurn([provider, ...others], wish, input);
    }),
  );
  return [...Map.groupBy(parts, ({ provider }) => provider.id).values()].map((group) => ({
    provider: group[0]!.provider,
    wishes: group.map(({ share }) => share),
  }));
}

function inTurn(
  chain: readonly Provider[],
  wish: Wish,
  { window, atMs }: RangeInput,
): { readonly provider: Provider; readonly share: Share }[] {
  const reachOf = (provider: Provider) => earliestMs(provider, { interval: wish.interval, asOfMs: atMs });
  const furthestMs = Math.min(...chain.map(reachOf));
  const parts: { provider: Provider; share: Share }[] = [];
  let { toMs } = window;
  for (const provider of chain) {
    const reachMs = reachOf(provider);
    const fromMs = reachMs === furthestMs ? window.fromMs : Math.max(window.fromMs, reachMs);
    if (fromMs >= toMs) continue;
    parts.push({ provider, share: { ...wish, window: { fromMs, toMs } } });
    toMs = fromMs;
  }
  return parts;
}
