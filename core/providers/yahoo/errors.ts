import { UnknownSymbolError } from "../errors.ts";
import { type Answer, subjectOf, type VendorCall } from "../vendor/ask.ts";
import { excerpt, InvalidKeyError, RequestRefusedError, VendorDownError } from "../vendor/errors.ts";
import { refusalBodySchema } from "./schema.ts";

/** A range without data is an answer, not an error; Yahoo sends it with HTTP 400. */
export function saysNoData(refusal: {
  readonly code: string;
  readonly description?: string | null | undefined;
}): boolean {
  return refusal.code === "Bad Request" && refusal.description?.startsWith("Data doesn't exist") === true;
}

export function yahooFailure(answer: Answer, call: VendorCall): Error | null {
  const refusal = refusalBodySchema.safeParse(answer.json).data;
  if (refusal === undefined) return null;
  const subject = subjectOf("yahoo", call);
  const said = excerpt(`${refusal.code}: ${refusal.description ?? ""}`);
  switch (refusal.code) {
    case "Not Found":
      return new UnknownSymbolError(
        call.symbol ?? "",
        `${subject}: unknown or delisted, got ${said}; check the symbol or remove it from the universe`,
      );
    case "Unauthorized":
      return new InvalidKeyError(`${subject}: access was refused, got ${said}`);
    case "Unprocessable Entity":
      return new RequestRefusedError(`${subject}: Yahoo has no bars so short so far back, got ${said}`);
    case "Internal Server Error":
      return new VendorDownError(`${subject}: expected an answer, got ${said}; try again later`);
    default:
      // Anything else is told from its status, but not where the status is good.
      return answer.status === 200
        ? new RequestRefusedError(`${subject}: the request was refused, got ${said}`)
        : null;
  }
}

/** Whether a refusal only says that the range has no bars. */
export function isNoData({ status, json }: Answer): boolean {
  const refusal = refusalBodySchema.safeParse(json).data;
  return status === 400 && refusal !== undefined && saysNoData(refusal);
}
