import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { TransientError } from "../../core/errors.ts";
import type { HttpClient } from "../../core/ports.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Calls `use` with the base URL of a server that answers so. */
async function withServer(answer: Answer, use: (baseUrl: string) => Promise<void>): Promise<void> {
  const server = createServer(answer);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const timeoutMs = 5_000;
const key = "k3y-that-nobody-may-see";
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The error of a call that must fail, with all that a log would show of it. */
async function failure(call: Promise<unknown>): Promise<{ error: unknown; shown: string }> {
  const error = await call.then(
    () => expect.unreachable("the call should have failed"),
    (thrown: unknown) => thrown,
  );
  const shown: string[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    shown.push(String(cause.stack), JSON.stringify(cause, Object.getOwnPropertyNames(cause)));
  }
  return { error, shown: shown.join("\n") };
}

/** What every `HttpClient` does. `bodyBytesMax` is what the client was built with. */
export function httpClientContract(name: string, client: HttpClient, bodyBytesMax: number): void {
  describe(`${name} as an HTTP client`, () => {
    test("returns status, headers with lower-case names, and the body byte for byte", () =>
      withServer(
        (_request, response) => response.writeHead(200, { "X-Plan": "Free" }).end(Buffer.from([0, 255, 10])),
        async (url) => {
          const { status, headers, body } = await client.get({ url, timeoutMs });
          expect({ status, plan: headers["x-plan"], bytes: [...body] }).toEqual({
            status: 200,
            plan: "Free",
            bytes: [0, 255, 10],
          });
        },
      ));

    test("sends path, query and headers as given", () =>
      withServer(
        (request, response) => response.end(JSON.stringify([request.url, request.headers["x-api-key"]])),
        async (url) => {
          const headers = { "X-Api-Key": key };
          const { body } = await client.get({ url: `${url}/chart/%5EGSPC?a=1%2C2&b=`, headers, timeoutMs });
          expect(JSON.parse(text(body))).toEqual(["/chart/%5EGSPC?a=1%2C2&b=", key]);
        },
      ));

    test.each([204, 404, 429, 500, 503])("returns HTTP %i as an answer with its headers", (status) =>
      withServer(
        (_request, response) => response.writeHead(status, { "Retry-After": "7" }).end(),
        async (url) => {
          const answer = await client.get({ url, timeoutMs });
          expect([answer.status, answer.headers["retry-after"], answer.body.byteLength]).toEqual([
            status,
            "7",
            0,
          ]);
        },
      ),
    );

    test("unpacks a compressed body", () =>
      withServer(
        (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("bars")),
        async (url) => expect(text((await client.get({ url, timeoutMs })).body)).toBe("bars"),
      ));

    test("does not follow a redirect, on which keys would travel", () =>
      withServer(
        (_request, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
        async (url) => expect((await client.get({ url, timeoutMs })).status).toBe(302),
      ));

    const broken: Readonly<Record<string, Answer>> = {
      "nothing comes within the timeout": () => {},
      "the body stops coming": (_request, response) =>
        response.writeHead(200, { "content-length": 9 }).write("ba"),
      "the connection breaks before the headers": (request) => request.socket.destroy(),
      "the connection breaks within a body of known length": (_request, response) =>
        response.writeHead(200, { "content-length": 9 }).write("bars", () => response.destroy()),
      "the connection breaks within a body in chunks": (_request, response) =>
        response.writeHead(200).write("bars", () => response.destroy()),
    };
    test.each(Object.entries(broken))("throws a transient error without the key where %s", (_case, answer) =>
      withServer(answer, async (url) => {
        const { error, shown } = await failure(client.get({ url: `${url}/q?apikey=${key}`, timeoutMs: 300 }));
        expect(error).toBeInstanceOf(TransientError);
        expect(shown).toContain("127.0.0.1");
        expect(shown).not.toContain(key);
      }),
    );

    test("throws a transient error without the key where nobody listens", async () => {
      const { error, shown } = await failure(
        client.get({ url: `http://127.0.0.1:1/q?apikey=${key}`, timeoutMs }),
      );
      expect(error).toBeInstanceOf(TransientError);
      expect(shown).not.toContain(key);
    });

    test.each([`not a url ${key}`, `ftp://example.com/${key}`, `/q?apikey=${key}`])(
      "throws an error that is not transient and does not show the text for %s",
      async (url) => {
        const { error, shown } = await failure(client.get({ url, timeoutMs }));
        expect(error).not.toBeInstanceOf(TransientError);
        expect(shown).not.toContain(key);
      },
    );

    test("takes a body of the greatest size, and refuses a longer one for good", () =>
      withServer(
        (request, response) => response.end("x".repeat(Number(request.url!.slice(1)))),
        async (url) => {
          const whole = await client.get({ url: `${url}/${bodyBytesMax}`, timeoutMs });
          expect(whole.body.byteLength).toBe(bodyBytesMax);
          const { error } = await failure(client.get({ url: `${url}/${bodyBytesMax + 1}`, timeoutMs }));
          expect(error).not.toBeInstanceOf(TransientError);
          expect((error as Error).message).toContain(String(bodyBytesMax));
        },
      ));
  });
}
