import type { Route } from "./vendors.ts";
import { alphaVantageRoute } from "./wire/alpha-vantage.ts";
import { binanceRoute } from "./wire/binance.ts";
import { coinMarketCapRoute } from "./wire/coinmarketcap.ts";
import { fmpRoute } from "./wire/fmp.ts";
import { yahooRoute } from "./wire/yahoo.ts";

/** All vendors. Their paths do not overlap, so one port serves them. */
export const vendorRoutes: readonly Route[] = [
  yahooRoute,
  fmpRoute,
  alphaVantageRoute,
  coinMarketCapRoute,
  binanceRoute,
];

/** A route that answers with bodies as given, by path, whatever the query. */
export function recordedRoute(
  provider: string,
  path: RegExp,
  body: string | ((path: string) => string),
  status = 200,
): Route {
  return {
    provider,
    path,
    answer: (request) => ({
      status,
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : body(request.path),
    }),
  };
}
