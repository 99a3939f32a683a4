import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../../core/ports.ts";
import type { FaultPlan } from "./faults.ts";
import { syntheticMarket, type Market } from "./market.ts";
import { vendorRoutes } from "./routes.ts";
import { ReplayVendors, type LoggedRequest, type Outcome, type Route } from "./vendors.ts";

export interface ReplayServerOptions {
  /** By default the routes of all vendors. */
  readonly routes?: readonly Route[];
  readonly market?: Market;
  readonly faults?: FaultPlan;
  readonly clock?: Pick<Clock, "nowMs">;
  /** 0 takes any free port. */
  readonly port?: number;
}

export interface ReplayServer {
  /** `http://127.0.0.1:PORT` */
  readonly baseUrl: string;
  readonly log: readonly LoggedRequest[];
  close(): Promise<void>;
}

/** All vendors behind one port of this machine: their paths do not overlap. */
export async function startReplayServer(options: ReplayServerOptions = {}): Promise<ReplayServer> {
  const clock = options.clock ?? { nowMs: () => Date.now() };
  const market = options.market ?? syntheticMarket({ nowMs: () => clock.nowMs() });
  const { routes = vendorRoutes, faults, port = 0 } = options;
  const vendors = new ReplayVendors({ routes, market, clock, ...(faults === undefined ? {} : { faults }) });
  const server = createServer((request, response) => deliver(vendors.handle(request.url ?? "/"), response));
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, "127.0.0.1", resolve);
  await listening;
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log: vendors.log,
    close: async () => {
      const { promise: closed, resolve: done } = Promise.withResolvers<void>();
      server.close(() => done());
      server.closeAllConnections();
      await closed;
    },
  };
}

function deliver({ reply, delivery }: Outcome, response: ServerResponse): void {
  if (delivery === "hang") return;
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...reply.headers, "content-length": body.byteLength });
  if (delivery === "whole") {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.floor(body.byteLength / 2)), () => response.destroy());
}
