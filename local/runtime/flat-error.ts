/** Errors lose their class when they cross threads; whether a retry can help must survive. */
import { TerminalError, TransientError, describeError } from "../../core/errors.ts";

export interface FlatError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly retry: "can_help" | "cannot_help" | "unknown";
}

export function flattenError(error: unknown): FlatError {
  const retry =
    error instanceof TransientError ? "can_help" : error instanceof TerminalError ? "cannot_help" : "unknown";
  return {
    name: error instanceof Error ? error.name : "Error",
    message: describeError(error),
    stack: error instanceof Error ? error.stack : undefined,
    retry,
  };
}

export function reviveError({ name, message, stack, retry }: FlatError): Error {
  const error =
    retry === "can_help"
      ? new TransientError(message)
      : retry === "cannot_help"
        ? new TerminalError(message)
        : new Error(message);
  Object.defineProperty(error, "name", { value: name });
  if (stack !== undefined) error.stack = stack;
  return error;
}
