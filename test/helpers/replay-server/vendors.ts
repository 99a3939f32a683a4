/**
 * The vendors of the tests, whatever carries their answers: a market behind each vendor's wire format, faults on the way,
 * and a log of who was asked when. `server.ts` speaks HTTP for it, `http-client.ts` answers within the process.
 */
import type { Clock } from "../../../core/ports.ts";
import { disturbed, spoil, type Fault, type FaultPlan } from "./faults.ts";
import type { Market } from "./market.ts";

export interface VendorRequest {
  /** Id of the provider whose route matched; `unknown` where none did. */
  readonly provider: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

export interface LoggedRequest extends VendorRequest {
  readonly atMs: number;
  readonly fault: Fault | null;
  /** Of the reply as it was to be; a reset or hanging reply has one too. */
  readonly status: number;
}

export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `reset`: the connection breaks in the middle of the body. `hang`: nothing comes. */
export interface Outcome {
  readonly reply: Reply;
  readonly delivery: "whole" | "reset" | "hang";
}

export interface Route {
  readonly provider: string;
  readonly path: RegExp;
  answer(request: VendorRequest, market: Market): Reply;
}

export interface ReplayOptions {
  readonly routes: readonly Route[];
  readonly market: Market;
  readonly faults?: FaultPlan;
  /** Stamps the log. The market has its own idea of what can be known when. */
  readonly clock: Pick<Clock, "nowMs">;
}

export const jsonReply = (value: unknown, status = 200): Reply => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

export const textReply = (body: string, status = 200, contentType = "text/plain"): Reply => ({
  status,
  headers: { "content-type": contentType },
  body,
});

export class ReplayVendors {
  readonly log: LoggedRequest[] = [];
  readonly #options: ReplayOptions;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /** @param target path and query string, as in the first line of an HTTP request */
  handle(target: string): Outcome {
    const { routes, market, faults, clock } = this.#options;
    const { pathname: path, searchParams } = new URL(target, "http://replay.invalid");
    const route = routes.find((candidate) => candidate.path.test(path));
    const request = { provider: route?.provider ?? "unknown", path, query: Object.fromEntries(searchParams) };
    const atMs = clock.nowMs();
    const fault = route === undefined ? null : (faults?.({ ...request, atMs }) ?? null);
    const reply =
      route?.answer(request, disturbed(market, fault)) ?? textReply(`no vendor has the path ${path}`, 404);
    const outcome = spoil(reply, request, fault);
    this.log.push({ ...request, atMs, fault, status: outcome.reply.status });
    return outcome;
  }
}
