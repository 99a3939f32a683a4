/** What vendors answer instead of bars, beyond what `core/providers/errors.ts` names for the resilience around them. */
import { TerminalError, TransientError } from "../../errors.ts";

/** The vendor is in trouble of its own: HTTP 5xx. */
export class VendorDownError extends TransientError {
  override name: string = "VendorDownError";
}

/** A body that is not what the endpoint speaks at all: a web page, text cut in the middle. Asking again may help. */
export class GarbledResponseError extends TransientError {
  override name: string = "GarbledResponseError";
}

export { InvalidKeyError } from "../errors.ts";

/** The plan behind the key does not include what was asked. */
export class PlanError extends TerminalError {
  override name: string = "PlanError";
}

/** The vendor refuses the request for a reason that stays. */
export class RequestRefusedError extends TerminalError {
  override name: string = "RequestRefusedError";
}

/** A well-formed body of a shape that the adapter does not know: the vendor has changed its format. */
export class UnexpectedResponseError extends TerminalError {
  override name: string = "UnexpectedResponseError";
}

const excerptCharsMax = 200;

/** The beginning of a body in quotes, for messages. */
export function excerpt(text: string): string {
  const start = text.trim().slice(0, excerptCharsMax);
  return JSON.stringify(start.length < text.trim().length ? `${start}…` : start);
}
