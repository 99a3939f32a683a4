import type { HttpRequest } from "../../core/ports.ts";
import { TerminalError, TransientError } from "../../core/errors.ts";
import { UnknownSymbolError } from "../../core/providers/errors.ts";
import type { BarQuery, Provider, ProviderIo, Received } from "../../core/providers/provider.ts";
import { fromRows } from "../../core/columnar/batch.ts";
import { rawBars } from "../../core/tables/index.ts";

export interface ScriptedRequest {
  readonly symbols: readonly string[];
  /** What the call costs. */
  readonly credits?: number;
}

/** A provider that asks one URL per so many symbols and understands plain status codes. */
export function scriptedProvider(id: string, symbolsPerRequest = 1): Provider<ScriptedRequest> {
  return {
    id,
    adjustment: "none",
    covers: () => true,
    universe: () => Promise.resolve([]),
    transformQuery: ({ symbols }: BarQuery) =>
      Array.from({ length: Math.ceil(symbols.length / symbolsPerRequest) }, (_, i) => ({
        symbols: symbols.slice(i * symbolsPerRequest, (i + 1) * symbolsPerRequest),
      })),
    extract: async ({ symbols, credits = 1 }, { http }) => {
      const { status, body } = await http.get({
        url: `http://${id}.test/${symbols.join(",")}`,
        timeoutMs: 60_000,
        credits,
      });
      if (status === 404) throw new UnknownSymbolError(symbols[0]!, `${id}: ${symbols[0]} is not known`);
      if (status === 429 || status >= 500) throw new TransientError(`${id}: got HTTP ${status}`);
      if (status >= 400) throw new TerminalError(`${id}: got HTTP ${status}`);
      return { body, extension: "json" };
    },
    transform: (): Promise<Received> => Promise.resolve({ bars: fromRows(rawBars, []), actions: [] }),
  };
}

export interface ScriptedReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The world of a provider: `reply` answers or throws; secrets echo their name. */
export function scriptedIo(
  reply: (request: HttpRequest) => ScriptedReply | Promise<ScriptedReply>,
): ProviderIo {
  return {
    http: {
      get: async (request) => {
        const { status, headers = {} } = await reply(request);
        return { status, headers, body: new TextEncoder().encode(`{"url":"${request.url}"}`) };
      },
    },
    secrets: { get: (name) => Promise.resolve(`value of ${name}`) },
  };
}
