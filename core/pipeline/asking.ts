/** Asks the providers of a chain for piece after piece, and gives what they answer to the reception. */
import { TerminalError } from "../errors.ts";
import { UnknownSymbolError } from "../providers/errors.ts";
import type { BarQuery, Provider, ProviderIo } from "../providers/provider.ts";
import { askInOrder } from "../providers/resilience/index.ts";
import { PlanError } from "../providers/vendor/errors.ts";
import type { KnownMarks } from "./extract-work.ts";
import { PieceProgress } from "./piece-progress.ts";
import type { Reception } from "./reception.ts";
import type { Unfinished } from "./unfinished.ts";

export interface AskingOptions {
  readonly reception: Reception;
  /** Takes what nobody answers. */
  readonly unfinished: Unfinished;
  /** Whether pieces reach to what is newest. */
  readonly isOpenEnded: boolean;
}

export class Asking {
  answeredPieces = 0;
  /** Why symbols have come without their splits and dividends. */
  actionsRefusal: TerminalError | null = null;
  readonly #chain: readonly Provider[];
  readonly #io: ProviderIo;
  readonly #reception: Reception;
  readonly #unfinished: Unfinished;
  readonly #isOpenEnded: boolean;

  constructor(
    chain: readonly Provider[],
    io: ProviderIo,
    { reception, unfinished, isOpenEnded }: AskingOptions,
  ) {
    this.#chain = chain;
    this.#io = io;
    this.#reception = reception;
    this.#unfinished = unfinished;
    this.#isOpenEnded = isOpenEnded;
  }

  /** @param known how far providers had brought the symbols before */
  async ask({ actions, ...bars }: BarQuery, known: KnownMarks): Promise<void> {
    const isWorthACall = !(this.actionsRefusal instanceof PlanError);
    const piece = actions === true && isWorthACall ? { ...bars, actions } : bars;
    const progress = new PieceProgress(known, piece, { isOpenEnded: this.#isOpenEnded });
    let hasBars = false;
    for await (const outcome of askInOrder(this.#chain, piece, this.#io)) {
      if (outcome.kind === "unanswered") {
        if (hasBars && "actions" in piece && outcome.error instanceof TerminalError) {
          this.actionsRefusal ??= outcome.error;
          return this.ask(bars, known);
        }
        const errors = outcome.misses.map(({ error }) => error);
        return this.#fail(piece, known, outcome.error, { wasAnswered: false, errors });
      }
      hasBars = true;
      try {
        await this.#reception.take(outcome, progress);
      } catch (error) {
        if (!(error instanceof TerminalError)) throw error;
        return this.#fail(piece, known, error, { wasAnswered: true, errors: [] });
      }
    }
    this.answeredPieces++;
    this.#reception.keep(progress);
  }

  /** A symbol that nobody knows does not stand in the way of those that were asked for with it. */
  async #fail(
    piece: BarQuery,
    known: KnownMarks,
    error: unknown,
    { wasAnswered, errors }: { readonly wasAnswered: boolean; readonly errors: readonly unknown[] },
  ): Promise<void> {
    const isOfOne = error instanceof UnknownSymbolError && piece.symbols.includes(error.symbol);
    const failed = isOfOne ? { ...piece, symbols: [error.symbol] } : piece;
    this.#unfinished.fail(failed, error, wasAnswered, errors);
    const others = isOfOne ? piece.symbols.filter((symbol) => symbol !== error.symbol) : [];
    if (others.length > 0) await this.ask({ ...piece, symbols: others }, known);
  }
}
