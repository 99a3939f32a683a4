/** Two vendors of one market, which say the same at a time: bars that come late, are corrected, and are halved by a split. */
import { fromRows } from "../../../core/columnar/batch.ts";
import { TerminalError, TransientError } from "../../../core/errors.ts";
import { intervalMs } from "../../../core/market.ts";
import { UnknownSymbolError } from "../../../core/providers/errors.ts";
import type { Provider, ProviderIo } from "../../../core/providers/provider.ts";
import { spans } from "../../../core/providers/vendor/spans.ts";
import { rawBars } from "../../../core/tables/index.ts";
import { flatRow } from "../../helpers/bar-rows.ts";
import { fraction } from "../random.ts";
import { barsWithin, type UpkeepPlan } from "./plan.ts";

const dayMs = 86_400_000;

export interface VendorCall {
  readonly provider: string;
  readonly atMs: number;
}

interface SpanOfSymbols {
  readonly symbols: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

interface Quote {
  readonly symbol: string;
  readonly ts: number;
  readonly close: number;
}

export class Vendors {
  readonly calls: VendorCall[] = [];
  readonly #plan: UpkeepPlan;
  readonly #nowMs: () => number;
  #asked = 0;

  constructor(plan: UpkeepPlan, nowMs: () => number) {
    this.#plan = plan;
    this.#nowMs = nowMs;
  }

  /** What a bar that starts then closes at as vendors say at a time; null before they publish it. */
  closeAt(symbol: string, ts: number, nowMs: number): number | null {
    const { interval, late, revised, lateBarsMax, split, calmMs } = this.#plan;
    const lengthMs = intervalMs[interval];
    const luck = (what: string) => fraction(symbol, ts, what);
    const lagOf = (what: string) => Math.floor(luck(`${what} lag`) * lateBarsMax * lengthMs);
    const isLate = ts < calmMs && luck("late") < late;
    if (nowMs < ts || (isLate && nowMs < ts + lengthMs + lagOf("late"))) return null;
    const correctedMs =
      luck("revised") < revised && ts < calmMs ? ts + lengthMs + lagOf("revised") : Infinity;
    const version = nowMs < ts + lengthMs ? nowMs : nowMs < correctedMs ? "first" : "second";
    // Within a hundredth, as corrections are.
    const close = 100 + fraction(symbol, ts, version);
    const isHalved = split?.symbol === symbol && ts < split.atMs && nowMs >= split.atMs;
    return isHalved ? close / 2 : close;
  }

  provider(id: string, beforeAnswer: () => Promise<void>): Provider<SpanOfSymbols> {
    const { strangeSymbol, symbolsPerCall, spanDays } = this.#plan;
    return {
      id,
      adjustment: "split",
      covers: () => true,
      universe: () => Promise.resolve([]),
      transformQuery: (query) => {
        const known = query.symbols.filter((symbol) => symbol !== strangeSymbol);
        const groups = Array.from({ length: Math.ceil(known.length / symbolsPerCall) }, (_, i) =>
          known.slice(i * symbolsPerCall, (i + 1) * symbolsPerCall),
        );
        return [
          ...query.symbols
            .filter((symbol) => symbol === strangeSymbol)
            .map((symbol) => ({ ...query, symbols: [symbol] })),
          ...groups.flatMap((symbols) =>
            spans(query, spanDays * dayMs).map((window) => ({ symbols, ...window })),
          ),
        ].map(({ symbols, fromMs, toMs }) => ({ symbols, fromMs, toMs }));
      },
      extract: async ({ symbols, fromMs, toMs }, { http }: ProviderIo) => {
        if (symbols[0] === strangeSymbol)
          throw new UnknownSymbolError(strangeSymbol, `${id} does not know it`);
        await http.get({ url: `http://${id}.test/`, timeoutMs: 1_000 });
        await beforeAnswer();
        return { body: Buffer.from(this.#answer({ symbols, fromMs, toMs })), extension: "json" };
      },
      transform: ({ body }, { fromMs, toMs }, receipt) => {
        const rows = quotesIn(body)
          .filter(({ ts }) => ts >= fromMs && ts < toMs && ts <= receipt.ingestedAtMs)
          .map((quote) => flatRow(quote, receipt));
        return Promise.resolve({ bars: fromRows(rawBars, rows), actions: [] });
      },
    };
  }

  /** A call as it reaches the vendor. @throws TransientError while the vendor is down. */
  call(provider: string): void {
    const atMs = this.#nowMs();
    this.calls.push({ provider, atMs });
    const isDown = this.#plan.outages.some(
      (outage) => outage.provider === provider && atMs >= outage.fromMs && atMs < outage.toMs,
    );
    if (isDown) throw new TransientError(`${provider} is down`);
  }

  #answer({ symbols, fromMs, toMs }: SpanOfSymbols): string {
    const { interval, calmMs, garbage } = this.#plan;
    const nowMs = this.#nowMs();
    if (nowMs < calmMs && fraction("garbage", ++this.#asked) < garbage) return "<html>502 Bad Gateway</html>";
    const lengthMs = intervalMs[interval];
    const quotes = symbols.flatMap((symbol) =>
      barsWithin(interval, fromMs, Math.min(toMs, nowMs) + lengthMs).flatMap((ts) => {
        const close = this.closeAt(symbol, ts, nowMs);
        return close === null ? [] : [{ symbol, ts, close }];
      }),
    );
    return JSON.stringify(quotes);
  }
}

function quotesIn(body: Uint8Array): Quote[] {
  try {
    return JSON.parse(Buffer.from(body).toString()) as Quote[];
  } catch (error) {
    throw new TerminalError("the answer is no JSON", { cause: error });
  }
}
