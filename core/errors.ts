/**
 * Errors say whether a retry can help: queues, dead-letter handling and state machines ask the type, never the
 * message. A message names the subject, what was expected, what came, and what to do next.
 */
export class MarketlakeError extends Error {
  // Names are spelled out, because bundles are minified and dead letters carry the name as their error type.
  override name: string = "MarketlakeError";

  // oxlint-disable-next-line no-useless-constructor -- Unlike Error's own, the message is required.
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** A retry may succeed: throttling, timeouts, lost races, a store that is unavailable for the moment. */
export class TransientError extends MarketlakeError {
  override name: string = "TransientError";
}

/** A retry cannot succeed: malformed input, a broken object, wrong configuration. Goes to the DLQ with its cause. */
export class TerminalError extends MarketlakeError {
  override name: string = "TerminalError";
}

/** A compare-and-swap lost its race more often than the bounded number of attempts. */
export class ConflictError extends TransientError {
  override name: string = "ConflictError";
}

/** A queue message or request that this version cannot understand. */
export class InvalidMessageError extends TerminalError {
  override name: string = "InvalidMessageError";
}

/** A configuration or environment that does not fit its schema; the message lists every problem. */
export class ConfigError extends TerminalError {
  override name: string = "ConfigError";
}

/** An object of the lake whose bytes cannot be read as what its key says it is. */
export class UnreadableObjectError extends TerminalError {
  override name: string = "UnreadableObjectError";
  readonly key: string;

  constructor(key: string, problem: string, options?: ErrorOptions) {
    super(`object "${key}": ${problem}`, options);
    this.key = key;
  }
}

/** SQL that the engine refused: syntax, unknown names, limits. Never retried. */
export class QueryError extends TerminalError {
  override name: string = "QueryError";
}

/** Disk full, missing permission, not a directory: the store cannot take writes until someone acts. */
export class StoreUnavailableError extends TerminalError {
  override name: string = "StoreUnavailableError";
}

/** The text of any thrown value, with its causes, for logs, DLQ attributes and the CLI. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : ` (cause: ${describeError(error.cause)})`;
  return `${error.message}${cause}`;
}
