/** Reads what can be read of a lake of which some is damaged, and remembers what could not. */
import type { HealthProblem } from "../../core/health/index.ts";
import { describeError, MarketlakeError, QueryError } from "../../core/errors.ts";

export interface UnreadPart {
  readonly part: string;
  /** Names the object and what to do. */
  readonly why: string;
}

export class Parts {
  readonly #unread: UnreadPart[] = [];

  get unread(): readonly UnreadPart[] {
    return this.#unread;
  }

  /** What `read` gives, or `otherwise` where it cannot. Errors that are none of ours are thrown on. */
  async read<T>(part: string, read: () => T | Promise<T>, otherwise: T): Promise<T> {
    try {
      return await read();
    } catch (error) {
      this.miss(part, error);
      return otherwise;
    }
  }

  /** Notes that a part cannot be read. */
  miss(part: string, error: unknown): void {
    if (!(error instanceof MarketlakeError)) throw error;
    // The engine's own words stand in the message already.
    const text = error instanceof QueryError ? error.message : describeError(error);
    this.#unread.push({ part, why: text.replaceAll(/\s+/g, " ") });
  }
}

/** One problem per reason, however many parts it keeps from being read. */
export function unreadProblems(unread: readonly UnreadPart[]): HealthProblem[] {
  return [...Map.groupBy(unread, ({ why }) => why)].map(([why, parts]) => ({
    subject: [...new Set(parts.map(({ part }) => part))].join(", "),
    problem: why,
  }));
}
