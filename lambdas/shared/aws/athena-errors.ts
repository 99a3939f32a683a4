import type { QueryExecution } from "@aws-sdk/client-athena";
import { type MarketlakeError, QueryError, TransientError } from "../../../core/errors.ts";
import { nameOf, portError } from "./sdk-errors.ts";

/** Category of errors within Athena or a service it uses: https://docs.aws.amazon.com/athena/latest/ug/error-reference.html */
const systemError = 1;
/** How Athena words the end of a query that reached the workgroup's limit. */
const scanLimitReached = /bytes scanned limit/i;

/** The error of a query that ended as FAILED or CANCELLED. */
export function failureOf(id: string, { Status: status }: QueryExecution): MarketlakeError {
  const error = status?.AthenaError;
  const reason = error?.ErrorMessage ?? status?.StateChangeReason ?? "Athena gave no reason";
  const type = error?.ErrorType === undefined ? "" : ` (error type ${error.ErrorType})`;
  if (scanLimitReached.test(reason)) {
    return new QueryError(
      `query ${id} reached the workgroup's limit of scanned bytes; filter by asset_class, interval and period: ${reason}`,
    );
  }
  const text = `query ${id} ended as ${status?.State}${type}: ${reason}`;
  const retryable = error?.Retryable === true || error?.ErrorCategory === systemError;
  return retryable ? new TransientError(`${text}; try again later`) : new QueryError(text);
}

/** The error of a request that Athena refused; a syntax error is refused when the query is started. */
export function requestError(what: string, error: unknown): MarketlakeError {
  if (nameOf(error) === "InvalidRequestException" || nameOf(error) === "MetadataException") {
    return new QueryError(`cannot ${what}: ${(error as Error).message}`, { cause: error });
  }
  return portError(what, error);
}
