/** The vendors of the tests are tested too: what they serve over HTTP, how they fail, and what they log. */
import { describe, expect, test } from "vitest";
import { TransientError } from "../../core/errors.ts";
import { fetchHttpClient } from "../../lambdas/shared/fetch-http-client.ts";
import { seededFaults, type Fault } from "../helpers/replay-server/faults.ts";
import { recordedRoute } from "../helpers/replay-server/routes.ts";
import {
  startReplayServer,
  type ReplayServer,
  type ReplayServerOptions,
} from "../helpers/replay-server/server.ts";

async function withReplay(options: ReplayServerOptions, use: (server: ReplayServer) => Promise<void>) {
  const server = await startReplayServer(options);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

const get = (server: ReplayServer, target: string, timeoutMs = 10_000) =>
  fetchHttpClient.get({ url: server.baseUrl + target, timeoutMs });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const chart = "/v8/finance/chart/AAPL?period1=1763000000&period2=1763500000&interval=1d";

describe("the replay server", () => {
  test("serves a body as it was recorded", () =>
    withReplay(
      { routes: [recordedRoute("fmp", /^\/stable\/quote$/, '[{"symbol":"AAPL", "price":1.50}]')] },
      async (server) => {
        const { status, body } = await get(server, "/stable/quote?symbol=AAPL");
        expect([status, text(body)]).toEqual([200, '[{"symbol":"AAPL", "price":1.50}]']);
      },
    ));

  test("logs who was asked for what when, and what went wrong", () => {
    let nowMs = 1_000;
    return withReplay({ clock: { nowMs: () => nowMs++ }, faults: () => "html" }, async (server) => {
      await get(server, "/v8/finance/chart/AAPL?interval=1d");
      await get(server, "/nowhere");
      expect(server.log).toMatchObject([
        {
          provider: "yahoo",
          path: "/v8/finance/chart/AAPL",
          query: { interval: "1d" },
          fault: "html",
          status: 200,
        },
        { provider: "unknown", path: "/nowhere", fault: null, status: 404 },
      ]);
      expect(server.log.every(({ atMs }) => atMs >= 1_000)).toBe(true);
    });
  });

  test.each([
    ["too_many_requests", 429, /Too Many/],
    ["server_error", 503, /Unavailable/],
    ["html", 200, /<!DOCTYPE html>/],
    ["truncated_json", 200, /^\{.*[^}]$/],
    ["error_object", 200, /"error"/],
    ["empty_array", 200, /^\[\]$/],
  ] satisfies [Fault, number, RegExp][])("answers %s with HTTP %i", (fault, status, pattern) =>
    withReplay({ faults: () => fault }, async (server) => {
      const answer = await get(server, chart);
      expect(answer.status).toBe(status);
      expect(text(answer.body)).toMatch(pattern);
    }),
  );

  test("says with Retry-After when to come back", () =>
    withReplay({ faults: () => "too_many_requests_retry_after" }, async (server) => {
      expect((await get(server, chart)).headers["retry-after"]).toBe("2");
    }));

  test.each(["reset", "timeout"] satisfies Fault[])(
    "gives no whole response where the fault is %s",
    (fault) =>
      withReplay({ faults: () => fault }, (server) =>
        expect(get(server, chart, 300)).rejects.toBeInstanceOf(TransientError),
      ),
  );

  test("answers a request well after its share of seeded faults", () =>
    withReplay(
      { faults: seededFaults({ seed: 1, rate: 1, kinds: ["html"], perRequestMax: 2 }) },
      async (server) => {
        for (let i = 0; i < 4; i++) await get(server, chart);
        expect(server.log.map(({ fault }) => fault)).toEqual(["html", "html", null, null]);
      },
    ));
});
