/** Why a provider gave no bars, as far as the resilience around it acts on the reason. */
import { TerminalError, TransientError } from "../errors.ts";

/**
 * The provider says that it has had too many calls. An adapter throws this for HTTP 429 and for bodies that say so with
 * another status; `Retry-After` need not be looked at, the resilience around the adapter sees it itself.
 */
export class RateLimitedError extends TransientError {
  override name: string = "RateLimitedError";
  /** The stretch of time whose limit is reached, where the provider tells: nobody asks again before it is over. */
  readonly period: "minute" | "day" | "month" | null;

  constructor(message: string, period: RateLimitedError["period"] = null, options?: ErrorOptions) {
    super(message, options);
    this.period = period;
  }
}

/** The key is missing, wrong, or not activated: no call at all can succeed until people have mended it. */
export class InvalidKeyError extends TerminalError {
  override name: string = "InvalidKeyError";
}

/** A budget of calls is used up, or the next free call is too far away to wait for. Nothing was asked. */
export class BudgetExhaustedError extends TransientError {
  override name: string = "BudgetExhaustedError";
  /** UTC ms from which on a call is free again. */
  readonly resumesAtMs: number;

  constructor(message: string, resumesAtMs: number, options?: ErrorOptions) {
    super(message, options);
    this.resumesAtMs = resumesAtMs;
  }
}

/** The provider failed so often that it is left alone for a while. Nothing was asked. */
export class BreakerOpenError extends TransientError {
  override name: string = "BreakerOpenError";
  /** UTC ms from which on a call tries whether it is back. */
  readonly resumesAtMs: number;

  constructor(message: string, resumesAtMs: number, options?: ErrorOptions) {
    super(message, options);
    this.resumesAtMs = resumesAtMs;
  }
}

/** The provider does not know a symbol: it was renamed, delisted or never listed there. It concerns no other symbol. */
export class UnknownSymbolError extends TerminalError {
  override name: string = "UnknownSymbolError";
  /** Ours, not the provider's. */
  readonly symbol: string;

  constructor(symbol: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.symbol = symbol;
  }
}
