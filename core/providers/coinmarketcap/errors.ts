import { RateLimitedError, UnknownSymbolError } from "../errors.ts";
import { type Answer, subjectOf, type VendorCall } from "../vendor/ask.ts";
import {
  excerpt,
  InvalidKeyError,
  PlanError,
  RequestRefusedError,
  VendorDownError,
} from "../vendor/errors.ts";
import { statusSchema } from "./schema.ts";

/** https://coinmarketcap.com/api/documentation/v1/#section/Errors-and-Rate-Limits */
export function coinMarketCapFailure({ status, json }: Answer, call: VendorCall): Error | null {
  const told = statusSchema.safeParse(json).data?.status;
  if (told === undefined || told.error_code === 0) return null;
  const message = told.error_message ?? "";
  const subject = subjectOf("coinmarketcap", call);
  const said = `got code ${told.error_code} ${excerpt(message)}`;
  switch (told.error_code) {
    case 1001:
    case 1002:
    case 1005:
    case 1007:
      return new InvalidKeyError(
        `${subject}: the key was refused, ${said}; check secret "coinmarketcap-api-key"`,
      );
    case 1003:
    case 1004:
    case 1006:
      return new PlanError(
        `${subject}: the plan does not include this, ${said}; upgrade it or use another provider`,
      );
    case 1008:
      return new RateLimitedError(`${subject}: the minute's calls are used up, ${said}`, "minute");
    case 1009:
      return new RateLimitedError(`${subject}: the day's credits are used up, ${said}`, "day");
    case 1010:
      return new RateLimitedError(`${subject}: the month's credits are used up, ${said}`, "month");
    case 1011:
      return new RateLimitedError(`${subject}: too many calls from this address, ${said}`);
    case 500:
      return new VendorDownError(`${subject}: expected an answer, ${said}; try again later`);
    default:
      return otherFailure(status, message, call, subject, said);
  }
}

function otherFailure(
  status: number,
  message: string,
  call: VendorCall,
  subject: string,
  said: string,
): Error | null {
  if (status === 400 && call.symbol !== null && /Invalid values? for "(?:symbol|id)"/.test(message)) {
    return new UnknownSymbolError(
      call.symbol,
      `${subject}: unknown, ${said}; check the symbol or remove it from the universe`,
    );
  }
  // Anything else is told from its status, but not where the status is good.
  return status === 200 ? new RequestRefusedError(`${subject}: the request was refused, ${said}`) : null;
}
