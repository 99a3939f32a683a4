/** What a run could not finish, and what is to become of it. */
import { describeError, TerminalError, TransientError } from "../errors.ts";
import { BreakerOpenError, BudgetExhaustedError, UnknownSymbolError } from "../providers/errors.ts";
import { symbolsOf, type Stretch } from "./stretches.ts";

/** Symbols named in a note; the job log cuts it off anyway. */
const symbolsNamedMax = 5;

export interface Failure extends Stretch {
  readonly error: unknown;
}

export class Unfinished {
  /** For which there was no time. */
  readonly left: Stretch[] = [];
  readonly failures: Failure[] = [];
  readonly unknown = new Set<string>();
  /** A body that could not be read, which people must look at. */
  #unreadable: TerminalError | null = null;

  /** @param wasAnswered whether the error is about what was answered */
  fail({ symbols, fromMs, toMs }: Stretch, error: unknown, wasAnswered: boolean): void {
    this.failures.push({ symbols, fromMs, toMs, error });
    if (error instanceof UnknownSymbolError)
      this.unknown.add(symbols.length === 1 ? symbols[0]! : error.symbol);
    else if (wasAnswered && error instanceof TerminalError) this.#unreadable ??= error;
  }

  leave({ symbols, fromMs, toMs }: Stretch): void {
    this.left.push({ symbols, fromMs, toMs });
  }

  /** What may be done soon. */
  get forOthers(): Stretch[] {
    return [...this.left, ...this.failures.filter(({ error }) => isPassing(error))];
  }

  /** What another run may bring, be it tomorrow. */
  get forLater(): Stretch[] {
    return [...this.left, ...this.failures.filter(({ error }) => error instanceof TransientError)];
  }

  /** All of the symbols that somebody knows. */
  get all(): Stretch[] {
    return [...this.left, ...this.failures]
      .map((stretch) => ({ ...stretch, symbols: stretch.symbols.filter((name) => !this.unknown.has(name)) }))
      .filter(({ symbols }) => symbols.length > 0);
  }

  /** Symbols that no provider may be asked for now. */
  get unanswered(): string[] {
    return symbolsOf(this.failures.filter(({ error }) => isTimely(error)));
  }

  /** With what the run has to fail: null where it brought something, or where it only was not the time to ask. */
  worst(isPartial: boolean): unknown {
    if (this.#unreadable !== null) return this.#unreadable;
    // That a provider does not know one symbol of many is no reason to ask for all of them again.
    if (isPartial) return null;
    const serious = this.failures.map(({ error }) => error).filter((error) => !isTimely(error));
    return serious.find((error) => error instanceof TransientError) ?? serious[0] ?? null;
  }

  get notes(): string[] {
    const left = symbolsOf(this.left).length;
    const failed = symbolsOf(this.failures);
    return [
      ...(left === 0 ? [] : [`${left} symbols handed on for lack of time`]),
      ...(failed.length === 0
        ? []
        : [
            `${failed.length} symbols without answer (${failed.slice(0, symbolsNamedMax).join(", ")}): ${describeError(this.failures[0]!.error)}`,
          ]),
    ];
  }
}

/** Whether it is only not the time to ask: of budgets and open breakers nobody but the clock gets rid. */
export const isTimely = (error: unknown) =>
  error instanceof BudgetExhaustedError || error instanceof BreakerOpenError;

/** Whether asking again soon may help. */
const isPassing = (error: unknown) => error instanceof TransientError && !isTimely(error);
