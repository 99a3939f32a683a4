import { isThrottlingError, isTransientError } from "@smithy/core/retry";
import {
  describeError,
  MarketlakeError,
  StoreUnavailableError,
  TerminalError,
  TransientError,
} from "../../../core/errors.ts";

/** Error names with which services say that the caller may not, or that the resource is not there. */
const refusals = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AllAccessDisabled",
  "AuthorizationErrorException",
  "CredentialsProviderError",
  "InvalidAccessKeyId",
  "KmsAccessDenied",
  "NoSuchBucket",
  "NotFoundException",
  "QueueDoesNotExist",
  "SignatureDoesNotMatch",
]);

/** Credentials of a function rotate: the next attempt has fresh ones. */
const expiries = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/**
 * The port's error for what an SDK client threw, after the client's own retries.
 * @param what The call and its subject, e.g. `read "raw/x" of bucket "b"`.
 */
export function portError(what: string, error: unknown): MarketlakeError {
  if (error instanceof MarketlakeError) return error;
  const text = `cannot ${what}: ${nameOf(error)}: ${describeError(error)}`;
  if (isTransient(error)) return new TransientError(`${text}; try again later`, { cause: error });
  if (refusals.has(nameOf(error)) || statusOf(error) === 403) {
    const advice = "check that the resource exists and that the function's role may use it";
    return new StoreUnavailableError(`${text}; ${advice}`, { cause: error });
  }
  return new TerminalError(text, { cause: error });
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const sdkError = error as Parameters<typeof isTransientError>[0];
  return (
    expiries.has(error.name) ||
    isThrottlingError(sdkError) ||
    isTransientError(sdkError) ||
    (statusOf(error) ?? 0) >= 500 ||
    // A body that breaks off while it is read.
    (error as { code?: string }).code === "ERR_STREAM_PREMATURE_CLOSE" ||
    error.message === "aborted"
  );
}
