import { RateLimitedError } from "../errors.ts";
import { type Answer, subjectOf, type VendorCall } from "../vendor/ask.ts";
import { excerpt, InvalidKeyError, PlanError, RequestRefusedError } from "../vendor/errors.ts";

import { errorSchema } from "./schema.ts";

/** FMP says `Error Message` with any status, 200 included; some refusals are plain text. */
export function fmpFailure(answer: Answer, call: VendorCall): Error | null {
  const { status, text } = answer;
  const told = errorSchema.safeParse(answer.json).data?.["Error Message"];
  if (told === undefined && status !== 402) return null;
  const message = told ?? text;
  const subject = subjectOf("fmp", call);
  const said = `got HTTP ${status} ${excerpt(message)}`;
  if (/Invalid API KEY/i.test(message)) {
    return new InvalidKeyError(`${subject}: the key was refused, ${said}; check secret "fmp-api-key"`);
  }
  // Minute and day limits have the same words; only the plan knows which it was.
  if (status === 429 || /Limit Reach/i.test(message)) {
    return new RateLimitedError(`${subject}: too many calls, ${said}`);
  }
  if (status === 402 || /Exclusive Endpoint|Special Endpoint|Premium|Legacy Endpoint/i.test(message)) {
    return new PlanError(
      `${subject}: the plan does not include this, ${said}; upgrade it or use another provider`,
    );
  }
  return status >= 500 ? null : new RequestRefusedError(`${subject}: the request was refused, ${said}`);
}
