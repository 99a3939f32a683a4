/** What a run could not finish, and what is to become of it. */
import { describeError, TerminalError, TransientError } from "../errors.ts";
import { BreakerOpenError, BudgetExhaustedError, UnknownSymbolError } from "../providers/errors.ts";
import { symbolsOf, type Stretch } from "./stretches.ts";

/** Symbols named in a note; the job log cuts it off anyway. */
const symbolsNamedMax = 5;

export interface Failure extends Stretch {
  readonly error: unknown;
  /** When the first of the chain may be asked again, UTC ms; null where it is not known. */
  readonly resumesAtMs: number | null;
  /** Whether it is an answer that could not be read. */
  readonly isUnreadable: boolean;
}

export class Unfinished {
  /** For which there was no time. */
  readonly left: Stretch[] = [];
  readonly failures: Failure[] = [];
  readonly unknown = new Set<string>();
  /** A body that could not be read, which people must look at. */
  #unreadable: TerminalError | null = null;

  /**
   * @param wasAnswered whether the error is about what was answered
   * @param errors of all that were asked
   */
  fail(stretch: Stretch, error: unknown, wasAnswered: boolean, errors: readonly unknown[] = []): void {
    const { symbols, fromMs, toMs } = stretch;
    const isUnreadable =
      wasAnswered && error instanceof TerminalError && !(error instanceof UnknownSymbolError);
    this.failures.push({ symbols, fromMs, toMs, error, resumesAtMs: resumptionMs(errors), isUnreadable });
    if (error instanceof UnknownSymbolError)
      this.unknown.add(symbols.length === 1 ? symbols[0]! : error.symbol);
    else if (isUnreadable) this.#unreadable ??= error;
  }

  leave({ symbols, fromMs, toMs }: Stretch): void {
    this.left.push({ symbols, fromMs, toMs });
  }

  /** What may be done soon. */
  get forOthers(): Stretch[] {
    return [...this.left, ...this.failures.filter(({ error }) => isPassing(error))];
  }

  /** What another run may bring, be it tomorrow: vendors that answer nonsense come to themselves. */
  get forLater(): Stretch[] {
    const hopeful = this.failures.filter(
      ({ error, isUnreadable }) => isUnreadable || error instanceof TransientError,
    );
    return [...this.left, ...hopeful];
  }

  /** All of the symbols that somebody knows. */
  get all(): Stretch[] {
    return [...this.left, ...this.failures]
      .map((stretch) => ({ ...stretch, symbols: stretch.symbols.filter((name) => !this.unknown.has(name)) }))
      .filter(({ symbols }) => symbols.length > 0);
  }

  /** Symbols that no provider may be asked for now. */
  get unanswered(): string[] {
    return symbolsOf(this.#untimely);
  }

  /** When somebody may be asked for some of them, UTC ms; null where there are none. */
  get resumesAtMs(): number | null {
    return earliest(this.#untimely.map(({ resumesAtMs }) => resumesAtMs));
  }

  get #untimely(): Failure[] {
    return this.failures.filter(({ error }) => isTimely(error));
  }

  /**
   * With what the run has to fail: null where it brought something, or where it only was not the time to ask.
   * @param isAwaited whether somebody asked for these very symbols and is to be told that nobody knows them
   */
  worst(isPartial: boolean, isAwaited: boolean): unknown {
    if (this.#unreadable !== null) return this.#unreadable;
    // That a provider does not know one symbol of many is no reason to ask for all of them again.
    if (isPartial) return null;
    const isSerious = (error: unknown) =>
      !isTimely(error) && (isAwaited || !(error instanceof UnknownSymbolError));
    const serious = this.failures.map(({ error }) => error).filter(isSerious);
    return serious.find((error) => error instanceof TransientError) ?? serious[0] ?? null;
  }

  /** Until when, unless the reason tells. */
  #why(reason: string): string {
    const resumesAt = this.resumesAtMs === null ? "" : new Date(this.resumesAtMs).toISOString();
    return reason.includes(resumesAt) ? `: ${reason}` : ` until ${resumesAt} at least: ${reason}`;
  }

  get notes(): string[] {
    const left = symbolsOf(this.left).length;
    const failed = symbolsOf(this.failures);
    return [
      ...(left === 0 ? [] : [`${left} ${left === 1 ? "symbol" : "symbols"} handed on for lack of time`]),
      ...(failed.length === 0
        ? []
        : [
            `${failed.length} ${unansweredWords(failed.length)} (${failed.slice(0, symbolsNamedMax).join(", ")})${this.#why(describeError(this.failures[0]!.error))}`,
          ]),
    ];
  }
}

const unansweredWords = (count: number) => `${count === 1 ? "symbol" : "symbols"} without answer`;

/** What a note in the job log says of symbols without answer, and why; null where it says nothing of any. */
export function unansweredIn(note: string): { readonly what: string; readonly why: string } | null {
  const found = /(\d+ symbols? without answer [^:]*\)(?: until \S+ at least)?): (.*)/.exec(note);
  return found === null ? null : { what: found[1]!, why: found[2]! };
}

/** When the first of those that may not be asked now may be asked again, UTC ms; null where no error is of that kind. */
export const resumptionMs = (errors: readonly unknown[]): number | null =>
  earliest(errors.map((error) => (isTimely(error) ? error.resumesAtMs : null)));

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((tsMs) => tsMs !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Whether it is only not the time to ask: of budgets and open breakers nobody but the clock gets rid. */
const isTimely = (error: unknown): error is BudgetExhaustedError | BreakerOpenError =>
  error instanceof BudgetExhaustedError || error instanceof BreakerOpenError;

/** Whether asking again soon may help. */
const isPassing = (error: unknown) => error instanceof TransientError && !isTimely(error);
