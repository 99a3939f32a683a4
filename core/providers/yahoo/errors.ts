import { UnknownSymbolError } from "../errors.ts";
import { type Answer, subjectOf, type VendorCall } from "../vendor/ask.ts";
import { excerpt, InvalidKeyError, RequestRefusedError } from "../vendor/errors.ts";
import { refusalBodySchema } from "./schema.ts";

/** A range without data is an answer, not an error; Yahoo sends it with HTTP 400. */
const noDataPattern = /^Data doesn't exist/;

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
    default:
      // Anything else is told from its status.
      return null;
  }
}

/** Whether a refusal only says that the range has no bars. */
export function isNoData({ status, json }: Answer): boolean {
  const refusal = refusalBodySchema.safeParse(json).data;
  return status === 400 && refusal?.code === "Bad Request" && noDataPattern.test(refusal.description ?? "");
}
