import type { HttpClient, HttpResponse, SecretStore } from "../../ports.ts";
import type { ProviderIo, ProviderRequest } from "../provider.ts";
import type { ProviderLane } from "./lane.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** One attempt at a request: what an adapter sees of the world, and what the attempt learns on the way. */
export class Attempt {
  /** Why a call was not made, where one was not: the provider is not to blame for what followed. */
  refusal: { readonly error: unknown } | null = null;
  /** When the provider wants to be asked again, UTC ms; null where it did not say. */
  retryAtMs: number | null = null;
  /** Whether the provider was called at all; keys may be missing before that. */
  hasCalled = false;
  readonly io: ProviderIo;
  readonly #lane: ProviderLane;
  readonly #http: HttpClient;
  readonly #secrets: string[] = [];

  constructor(lane: ProviderLane, io: ProviderIo) {
    this.#lane = lane;
    this.#http = io.http;
    this.io = { http: { get: (request) => this.#get(request) }, secrets: this.#rememberSecrets(io.secrets) };
  }

  /** The text without the keys that this attempt has used: some providers echo them. */
  redact(text: string): string {
    return this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, "[key]"), text);
  }

  async #get({ credits, ...request }: ProviderRequest): Promise<HttpResponse> {
    try {
      await this.#lane.reserve(this.hasCalled, credits);
    } catch (error) {
      this.refusal = { error };
      throw error;
    }
    this.hasCalled = true;
    const timeoutMs = Math.min(request.timeoutMs, this.#lane.policy.timeoutMs);
    const response = await this.#http.get({ ...request, timeoutMs });
    if (response.status >= 400) this.#readRetryAfter(response);
    return response;
  }

  #readRetryAfter({ headers }: HttpResponse): void {
    const nowMs = this.#lane.clock.nowMs();
    const waitMs = parseRetryAfter(headers["retry-after"], nowMs);
    if (waitMs !== null) this.retryAtMs = nowMs + waitMs;
  }

  #rememberSecrets(secrets: SecretStore): SecretStore {
    return {
      get: async (name) => {
        const secret = await secrets.get(name);
        this.#secrets.push(secret);
        return secret;
      },
    };
  }
}
