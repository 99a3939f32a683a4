import { MarketlakeError, TerminalError, TransientError } from "../../core/errors.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../../core/ports.ts";

/** The longest history that a vendor sends in one response has a few megabytes. */
const defaultBodyBytesMax = 64 * 1024 * 1024;

/**
 * HTTP through the platform's fetch. Redirects are answers, not followed: a key in a header would travel along. Errors name
 * the host and nothing else of the URL, which may hold a key.
 */
export function createFetchHttpClient({ bodyBytesMax = defaultBodyBytesMax } = {}): HttpClient {
  return {
    async get({ url, headers = {}, timeoutMs }: HttpRequest): Promise<HttpResponse> {
      const host = hostOf(url);
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const response = await fetch(url, { headers, redirect: "manual", signal });
        const body = await readBody(response, host, bodyBytesMax);
        return { status: response.status, headers: Object.fromEntries(response.headers), body };
      } catch (error) {
        if (error instanceof MarketlakeError) throw error;
        throw new TransientError(`${host}: expected a whole response, got ${problem(error, timeoutMs)}`);
      }
    },
  };
}

export const fetchHttpClient: HttpClient = createFetchHttpClient();

/** Fetch's own complaint about an URL would repeat it. */
function hostOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new TerminalError(
      "expected an absolute http or https URL, got another text, which is not shown as it may hold a key; check the provider's base URL",
    );
  }
  return parsed.host;
}

async function readBody(response: Response, host: string, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) {
      throw new TerminalError(
        `${host}: expected a body of at most ${bytesMax} bytes, got more; ask for fewer bars at once`,
      );
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : new Uint8Array(Buffer.concat(chunks, bytes));
}

/** Causes are told by their code, for their texts are not ours to vouch for. */
function problem(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no end of it within ${timeoutMs} ms`;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === "string") return `a broken connection (${code})`;
  }
  return "a broken connection";
}
