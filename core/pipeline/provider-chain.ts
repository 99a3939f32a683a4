/** Whom an extract asks: one provider that the request names, or the settings' chain for its asset class. */
import { TerminalError } from "../errors.ts";
import type { ExtractRequest } from "../messages/index.ts";
import type { Provider, ProviderIo } from "../providers/provider.ts";
import { resilient } from "../providers/resilience/index.ts";
import { policyOf, providerChain } from "../settings.ts";
import type { PipelineContext } from "./context.ts";

/** What asking providers needs beyond what every stage needs. */
export interface AskingContext extends PipelineContext {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly io: ProviderIo;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * The providers to ask, best first, each within its budgets and behind its breaker. Those of a chain that do not have the
 * series are left out.
 * @throws TerminalError where nobody is named, or nobody that is named has the series.
 */
export function providersFor(context: AskingContext, request: ExtractRequest): readonly Provider[] {
  const named = request.provider === undefined ? chainOf(context, request) : [request.provider];
  const able = named.map((id) => known(context, id)).filter((provider) => provider.covers(request));
  if (able.length === 0) {
    const asked = named.map((id) => `"${id}"`).join(", ");
    throw new TerminalError(
      `provider ${asked} has no ${request.interval} bars of asset class "${request.assetClass}"; choose another provider or interval`,
    );
  }
  const ports = { store: context.stores.curated, clock: context.clock, random: context.random };
  return able.map((provider) => resilient(provider, policyOf(context.settings, provider.id), ports));
}

function chainOf({ settings }: AskingContext, { assetClass }: ExtractRequest): readonly string[] {
  const chain = providerChain(settings, assetClass);
  if (chain.length > 0) return chain;
  throw new TerminalError(
    `the settings name no provider for asset class "${assetClass}"; name one in the request or in providerChains`,
  );
}

function known({ providers }: AskingContext, id: string): Provider {
  const provider = providers.get(id);
  if (provider !== undefined) return provider;
  throw new TerminalError(`provider "${id}" is not known; known are ${[...providers.keys()].join(", ")}`);
}

/** The symbols of a request that names none: those of the first provider that has any. */
export async function universeOf(
  chain: readonly Provider[],
  request: ExtractRequest,
): Promise<readonly string[]> {
  for (const provider of chain) {
    const symbols = await provider.universe(request);
    if (symbols.length > 0) return symbols;
  }
  return [];
}
