/** Several providers as one: who cannot be asked, or gives nothing after all attempts, is stood in for by the next. */
import { MarketlakeError, TerminalError, TransientError } from "../../errors.ts";
import type { BarQuery, Provider, ProviderIo, ProviderResponse } from "../provider.ts";

/** An attempt that came to nothing, and whose part another provider takes, if there is one. */
export interface Miss {
  readonly provider: string;
  readonly error: unknown;
}

/** A response, and whose: `provider.transform(response, request, …)` reads it. */
export interface Answer {
  readonly kind: "answer";
  readonly provider: Provider;
  readonly request: unknown;
  readonly response: ProviderResponse;
  /** Providers of higher priority that should have answered. */
  readonly misses: readonly Miss[];
}

/** A part of the query that nobody answered whole. What came of it has been given out; the part is to be asked again. */
export interface Unanswered {
  readonly kind: "unanswered";
  readonly query: BarQuery;
  /** Of the last provider asked. */
  readonly error: unknown;
  readonly misses: readonly Miss[];
}

export interface FallbackOptions {
  /**
   * Whether the next provider is asked after this error. By default after TransientError only: a terminal one, such as an
   * unknown symbol, would be asked of every provider at every run.
   */
  readonly fallsThrough?: (error: unknown) => boolean;
}

/**
 * Asks for the bars of `query`, in pieces as small as the first provider's requests. Each piece is asked of the providers in
 * their order until one has answered it whole, so that one provider's outage costs another no more calls than needed.
 *
 * A piece may be answered twice in part, by a provider that fails in the middle and by the next: merging bars settles that.
 * Programming errors are thrown; everything that a provider can do wrong is an outcome. Providers that do not cover the series
 * are passed over.
 * @throws TerminalError where none covers it.
 */
export async function* askInOrder(
  providers: readonly Provider[],
  query: BarQuery,
  io: ProviderIo,
  { fallsThrough = isTransient }: FallbackOptions = {},
): AsyncGenerator<Answer | Unanswered> {
  const able = providers.filter((provider) => provider.covers(query));
  const [first] = able;
  if (first === undefined) {
    const asked = providers.map(({ id }) => `"${id}"`).join(", ");
    throw new TerminalError(
      `no provider has ${query.interval} bars of asset class "${query.assetClass}": expected one among ${asked || "none"}; add one that has`,
    );
  }
  for (const piece of pieces(askedFirst(able, query), query))
    yield* askForPiece(able, piece, io, fallsThrough);
}

const isTransient = (error: unknown) => error instanceof TransientError;

async function* askForPiece(
  providers: readonly Provider[],
  query: BarQuery,
  io: ProviderIo,
  fallsThrough: (error: unknown) => boolean,
): AsyncGenerator<Answer | Unanswered> {
  const misses: Miss[] = [];
  for (const provider of providers) {
    const requests = provider.transformQuery(query);
    // It has no bars of that time, which says nothing of the next.
    if (requests.length === 0) continue;
    try {
      for (const request of requests) {
        const response = await provider.extract(request, io);
        yield { kind: "answer", provider, request, response, misses: [...misses] };
      }
      return;
    } catch (error) {
      if (!(error instanceof MarketlakeError)) throw error;
      misses.push({ provider: provider.id, error });
      if (!fallsThrough(error)) break;
    }
  }
  const miss = misses.at(-1);
  if (miss !== undefined) yield { kind: "unanswered", query, error: miss.error, misses };
}

/** The first who has something to ask for the query; who is first of all where nobody has. */
export const askedFirst = (providers: readonly Provider[], query: BarQuery): Provider =>
  providers.find((provider) => provider.transformQuery(query).length > 0) ?? providers[0]!;

/** The query in pieces of as many symbols as one request of the provider takes. */
export function pieces(provider: Provider, query: BarQuery): BarQuery[] {
  const requests = Math.max(1, provider.transformQuery(query).length);
  const symbolsPerPiece = Math.max(1, Math.ceil(query.symbols.length / requests));
  const parts: BarQuery[] = [];
  for (let from = 0; from < query.symbols.length; from += symbolsPerPiece) {
    parts.push({ ...query, symbols: query.symbols.slice(from, from + symbolsPerPiece) });
  }
  return parts;
}
