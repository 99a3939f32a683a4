import type { Logger } from "@aws-lambda-powertools/logger";
// oxlint-disable-next-line import/no-named-as-default -- the types declare the default export alone
import middy, { type MiddyfiedHandler } from "@middy/core";
import type { Context } from "aws-lambda";
import { TransientError } from "../../core/errors.ts";
import type { Invocation } from "./invocation.ts";

/** Time to log a timeout before Lambda stops the function without a word. */
const timeoutEarlyMs = 500;

export type Handler<Event, Result> = (event: Event, invocation: Invocation) => Promise<Result>;

/** A handler whose log lines carry the request id, and whose errors and timeouts are logged before they surface. */
export function observed<Event, Result>(
  logger: Logger,
  handle: Handler<Event, Result>,
): Handler<Event, Result> {
  const base: MiddyfiedHandler<Event, Result> = middy({
    timeoutEarlyInMillis: timeoutEarlyMs,
    timeoutEarlyResponse: () => {
      throw new TransientError("the function ran out of time; lower its batch size or raise its timeout");
    },
  });
  const wrapped = base
    .before(({ context }) => logger.addContext(context))
    .onError(({ error }) => logger.error("invocation failed", error ?? "without an error"))
    .handler(handle);
  // Middy declares the whole context of Lambda; the functions themselves use no more than `Invocation` of it.
  return (event, invocation) => wrapped(event, invocation as Context);
}
