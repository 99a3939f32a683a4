/** What goes wrong between a vendor and us. */
import { fraction } from "../../simulation/random.ts";
import type { Market } from "./market.ts";
import type { Outcome, Reply, VendorRequest } from "./vendors.ts";

export const faults = [
  "too_many_requests",
  "too_many_requests_retry_after",
  "server_error",
  "timeout",
  "reset",
  "html",
  "truncated_json",
  "error_object",
  "duplicates",
  "unsorted",
  /** Says that there is nothing: nobody can tell it from the truth at once, only gaps show it later. */
  "empty_array",
] as const;
export type Fault = (typeof faults)[number];

/** Faults that leave their mark on a single response, so that asking again, or sorting, brings everything. */
export const passingFaults = faults.filter((fault) => fault !== "empty_array");

/** Decides on every request; null lets it through. */
export type FaultPlan = (request: VendorRequest & { readonly atMs: number }) => Fault | null;

export interface SeededFaults {
  readonly seed: number;
  /** Share of requests that go wrong. */
  readonly rate: number;
  readonly kinds?: readonly Fault[];
  /** The same request goes wrong so often at most, then it is answered. */
  readonly perRequestMax?: number;
}

/** Faults that follow from the seed, the request and how often it came, not from the order of requests. */
export function seededFaults({
  seed,
  rate,
  kinds = passingFaults,
  perRequestMax = 2,
}: SeededFaults): FaultPlan {
  const asked = new Map<string, number>();
  const spoiled = new Map<string, number>();
  return ({ provider, path, query }) => {
    const identity = JSON.stringify([provider, path, query]);
    const attempt = (asked.get(identity) ?? 0) + 1;
    asked.set(identity, attempt);
    const already = spoiled.get(identity) ?? 0;
    if (already >= perRequestMax || fraction(seed, identity, attempt) >= rate) return null;
    spoiled.set(identity, already + 1);
    return kinds[Math.floor(fraction(seed, identity, attempt, "kind") * kinds.length)]!;
  };
}

/** A provider that is down during `[fromMs, toMs)`. */
export function outage(
  provider: string,
  fromMs: number,
  toMs: number,
  fault: Fault = "server_error",
): FaultPlan {
  return (request) =>
    request.provider === provider && request.atMs >= fromMs && request.atMs < toMs ? fault : null;
}

/** The first fault that any of the plans names. */
export function allFaults(...plans: readonly FaultPlan[]): FaultPlan {
  return (request) => plans.reduce<Fault | null>((fault, plan) => fault ?? plan(request), null);
}

/** The market as a response with this fault shows it. */
export function disturbed(market: Market, fault: Fault | null): Market {
  if (fault === "duplicates") {
    return { ...market, bars: (query) => market.bars(query).flatMap((bar) => [bar, bar]) };
  }
  if (fault === "unsorted") return { ...market, bars: (query) => rotated(market.bars(query)) };
  return market;
}

const rotated = <T>(items: readonly T[]): T[] => {
  const middle = Math.floor(items.length / 2);
  return [...items.slice(middle), ...items.slice(0, middle)];
};

const html = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

const instead = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Outcome => ({
  reply: { status, headers, body },
  delivery: "whole",
});

/** The reply with the fault applied. */
export function spoil(reply: Reply, { provider }: VendorRequest, fault: Fault | null): Outcome {
  switch (fault) {
    case "too_many_requests":
      return instead(429, "Too Many Requests");
    case "too_many_requests_retry_after":
      return instead(429, "Too Many Requests", { "retry-after": "2" });
    case "server_error":
      return instead(503, "Service Unavailable");
    case "html":
      return instead(200, html, { "content-type": "text/html" });
    case "truncated_json":
      return instead(200, reply.body.slice(0, Math.ceil(reply.body.length / 2)), reply.headers);
    case "empty_array":
      return instead(200, "[]", reply.headers);
    case "error_object":
      return instead(200, JSON.stringify(errorObjects[provider] ?? {}), reply.headers);
    case "timeout":
      return { reply, delivery: "hang" };
    case "reset":
      return { reply, delivery: "reset" };
    case "duplicates":
    case "unsorted":
    case null:
      return { reply, delivery: "whole" };
  }
}

/** How each vendor says with HTTP 200 that it cannot answer for the moment. */
const errorObjects: Readonly<Record<string, unknown>> = {
  fmp: {
    "Error Message": "Limit Reach . Please upgrade your plan or visit our documentation for more details",
  },
  alpha_vantage: {
    Information:
      "Please consider spreading out your free API requests more sparingly (1 request per second).",
  },
  yahoo: { chart: { result: null, error: { code: "Internal Server Error", description: "try again" } } },
  coinmarketcap: {
    status: {
      timestamp: "2026-11-20T00:00:00.000Z",
      error_code: 500,
      error_message: "An internal server error occurred",
      elapsed: 0,
      credit_count: 0,
    },
  },
  binance: { code: -1001, msg: "Internal error; unable to process your request. Please try again." },
};
