import { TransientError } from "../../../core/errors.ts";
import type { Clock, HttpClient } from "../../../core/ports.ts";
import type { ReplayVendors } from "./vendors.ts";

/**
 * The vendors as an HTTP client within the process, for simulations on a virtual clock.
 * @param latencyMs how long an answer takes
 */
export function replayHttpClient(
  vendors: ReplayVendors,
  clock: Clock,
  latencyMs: () => number = () => 0,
): HttpClient {
  return {
    async get({ url, timeoutMs }) {
      const { host, pathname, search } = new URL(url);
      const { reply, delivery } = vendors.handle(pathname + search);
      const waitMs = delivery === "hang" ? timeoutMs : latencyMs();
      if (waitMs > 0) await clock.sleep(Math.min(waitMs, timeoutMs));
      if (delivery !== "whole" || waitMs > timeoutMs) {
        throw new TransientError(`${host}: expected a whole response, got ${delivery}`);
      }
      const { status, headers, body } = reply;
      return { status, headers, body: new TextEncoder().encode(body) };
    },
  };
}
