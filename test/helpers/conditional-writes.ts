import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What S3 answers to a write whose condition does not hold: status and error code. */
type Refusal = readonly [status: number, code: string];

/**
 * A proxy that gives an S3 emulator the conditional writes and deletes which it ignores, as
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html and conditional-deletes.html describe them. Returns its endpoint.
 */
export async function withConditionalWrites(upstreamPort: number) {
  // One conditional write after the other, so that checking and writing are one step.
  let previous = Promise.resolve();
  const server = createServer((incoming, outgoing) => {
    const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = incoming.headers;
    if (incoming.method === "GET" || incoming.method === "HEAD" || (ifMatch ?? ifNoneMatch) === undefined) {
      void forward(upstreamPort, incoming, outgoing);
      return;
    }
    const write = async (turn: Promise<void>) => {
      await turn;
      const refusal = refusalOf(await currentEtag(upstreamPort, incoming.url!), ifMatch, ifNoneMatch);
      if (refusal === null) await forward(upstreamPort, incoming, outgoing);
      else refuse(incoming, outgoing, refusal);
    };
    previous = write(previous);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function refusalOf(current: string | null, ifMatch?: string, ifNoneMatch?: string): Refusal | null {
  if (ifNoneMatch === "*" && current !== null) return [412, "PreconditionFailed"];
  if (ifMatch !== undefined && current === null) return [404, "NoSuchKey"];
  if (ifMatch !== undefined && current !== ifMatch) return [412, "PreconditionFailed"];
  return null;
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, [status, code]: Refusal): void {
  incoming.resume();
  outgoing.writeHead(status, { "content-type": "application/xml" });
  outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>refused</Message></Error>`);
}

async function currentEtag(port: number, path: string): Promise<string | null> {
  const key = path.split("?")[0]!;
  const response = await fetch(`http://127.0.0.1:${port}${key}`, { method: "HEAD" });
  return response.ok ? response.headers.get("etag") : null;
}

async function forward(port: number, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method, url, headers } = incoming;
  const upstream = request({ host: "127.0.0.1", port, method, path: url, headers });
  incoming.pipe(upstream);
  const [response] = (await once(upstream, "response")) as [IncomingMessage];
  outgoing.writeHead(response.statusCode!, response.headers);
  response.pipe(outgoing);
  await once(outgoing, "close");
}
