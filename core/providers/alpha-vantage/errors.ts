import { RateLimitedError, UnknownSymbolError } from "../errors.ts";
import { type Answer, subjectOf, type VendorCall } from "../vendor/ask.ts";
import { excerpt, InvalidKeyError, PlanError, RequestRefusedError } from "../vendor/errors.ts";
import { troubleSchema } from "./schema.ts";

/** Alpha Vantage says everything with HTTP 200; what it means stands in prose only. */
export function alphaVantageFailure({ json }: Answer, call: VendorCall): Error | null {
  const trouble = troubleSchema.safeParse(json).data;
  if (trouble === undefined) return null;
  const subject = subjectOf("alpha_vantage", call);
  const said = `got ${excerpt(trouble.text)}`;
  switch (trouble.kind) {
    case "note":
      return new RateLimitedError(`${subject}: too many calls, ${said}`, "minute");
    case "information":
      return informationError(trouble.text, subject, said);
    case "error":
      return refusal(trouble.text, call, subject, said);
  }
}

/** The text on bursts names the daily limit too, and all texts name premium plans: the order matters. */
function informationError(text: string, subject: string, said: string): Error {
  if (/per second|sparingly/i.test(text)) {
    return new RateLimitedError(`${subject}: calls come too fast, ${said}`);
  }
  if (/requests per day/i.test(text)) {
    return new RateLimitedError(`${subject}: the day's calls are used up, ${said}`, "day");
  }
  if (/premium (?:endpoint|feature|parameter)/i.test(text)) {
    return new PlanError(
      `${subject}: the plan does not include this, ${said}; upgrade it or use another provider`,
    );
  }
  if (/claim your free API key/i.test(text)) return refusedKey(subject, said);
  if (/requests per minute|rate limit/i.test(text)) {
    return new RateLimitedError(`${subject}: too many calls, ${said}`, "minute");
  }
  return new RequestRefusedError(`${subject}: the request was refused, ${said}`);
}

function refusal(text: string, call: VendorCall, subject: string, said: string): Error {
  if (/apikey/i.test(text)) return refusedKey(subject, said);
  // Of a call's parameters only the symbol comes from outside.
  if (/Invalid API call/i.test(text) && call.symbol !== null) {
    return new UnknownSymbolError(
      call.symbol,
      `${subject}: unknown or delisted, ${said}; check the symbol or remove it from the universe`,
    );
  }
  return new RequestRefusedError(`${subject}: the request was refused, ${said}`);
}

const refusedKey = (subject: string, said: string) =>
  new InvalidKeyError(`${subject}: the key was refused, ${said}; check secret "alpha-vantage-api-key"`);
