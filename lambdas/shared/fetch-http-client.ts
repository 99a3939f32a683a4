import { TransientError } from "../../core/errors.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../../core/ports.ts";

/** HTTP through the platform's fetch. */
export const fetchHttpClient: HttpClient = {
  async get({ url, headers = {}, timeoutMs }: HttpRequest): Promise<HttpResponse> {
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
      const body = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: Object.fromEntries(response.headers), body };
    } catch (error) {
      // The URL may hold a key, so only the host is named.
      throw new TransientError(`no whole response came from ${new URL(url).host}`, { cause: error });
    }
  },
};
