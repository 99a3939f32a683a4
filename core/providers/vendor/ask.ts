/** One question to a vendor's HTTP API: key, request, and the vendor's way to say no. */
import { TransientError } from "../../errors.ts";
import { RateLimitedError } from "../errors.ts";
import type { ProviderIo } from "../provider.ts";
import {
  excerpt,
  GarbledResponseError,
  InvalidKeyError,
  RequestRefusedError,
  VendorDownError,
} from "./errors.ts";

const timeoutMsDefault = 30_000;

/** An endpoint and its parameters, without key: may be logged. */
export interface VendorCall {
  /** Starts with a slash. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Ours; the call's only one, for errors. Null where it asks for several. */
  readonly symbol: string | null;
  /** What the vendor charges for it at most, where that is not always 1. */
  readonly credits?: number;
}

/** What a vendor charges for a provider's request at most: 1 for those that do not say, or ask no vendor. */
export function creditsOf(request: unknown): number {
  const { call } = request as { readonly call?: Pick<VendorCall, "credits"> | null };
  return call?.credits ?? 1;
}

/** What came, as far as errors are told from it. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
}

export interface Vendor {
  /** Id of the provider. */
  readonly id: string;
  readonly baseUrl: string;
  readonly timeoutMs?: number | undefined;
  readonly format: "json" | "csv";
  /** Where the key goes; null where the vendor wants none. */
  readonly key: { readonly secret: string; readonly parameter?: string; readonly header?: string } | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers that look like errors but only say that there is nothing. */
  readonly isEmptyAnswer?: (answer: Answer) => boolean;
  /** The vendor's own error shapes, whatever their status. Null for all that HTTP alone explains. */
  failure(answer: Answer, call: VendorCall): Error | null;
}

/**
 * The body of a good answer, byte for byte, but for a key in it: vendors echo keys, and the body is kept for ever.
 * @throws RateLimitedError, VendorDownError and GarbledResponseError, which may pass; UnknownSymbolError,
 * InvalidKeyError, PlanError and RequestRefusedError, which do not. No message holds the key.
 */
export async function ask(vendor: Vendor, call: VendorCall, io: ProviderIo): Promise<Uint8Array> {
  const key = vendor.key === null ? null : await io.secrets.get(vendor.key.secret);
  const { status, body } = await io.http.get({
    url: urlOf(vendor, call, key),
    headers: {
      ...vendor.headers,
      ...(vendor.key?.header === undefined ? {} : { [vendor.key.header]: key! }),
    },
    timeoutMs: vendor.timeoutMs ?? timeoutMsDefault,
    ...(call.credits === undefined ? {} : { credits: call.credits }),
  });
  const received = new TextDecoder().decode(body);
  const text = key === null ? received : withoutKey(received, key);
  const answer: Answer = { status, text, json: vendor.format === "json" ? parseJson(text) : undefined };
  if (vendor.isEmptyAnswer?.(answer) !== true) {
    const failure = vendor.failure(answer, call) ?? httpFailure(vendor, answer, call);
    if (failure !== null) throw failure;
  }
  return text === received ? body : new TextEncoder().encode(text);
}

/** `fmp AAPL: `, the beginning of every message about a call. */
export const subjectOf = (vendorId: string, call: VendorCall) =>
  `${vendorId} ${call.symbol === null ? call.path : `"${call.symbol}"`}`;

function urlOf(vendor: Vendor, call: VendorCall, key: string | null): string {
  const parameters = new URLSearchParams(call.query);
  if (key !== null && vendor.key?.parameter !== undefined) parameters.set(vendor.key.parameter, key);
  const query = parameters.toString();
  return `${vendor.baseUrl.replace(/\/$/, "")}${call.path}${query === "" ? "" : `?${query}`}`;
}

const isWord = (character = "") => /[A-Za-z0-9]/.test(character);

/** Keys may be parts of words, such as Alpha Vantage's "demo". */
function withoutKey(text: string, key: string): string {
  return text.replaceAll(key, (found, at: number) =>
    isWord(text[at - 1]) || isWord(text[at + key.length]) ? found : "***",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function httpFailure(vendor: Vendor, { status, text, json }: Answer, call: VendorCall): Error | null {
  const subject = subjectOf(vendor.id, call);
  const came = `got HTTP ${status} ${excerpt(text)}`;
  if (status === 429) return new RateLimitedError(`${subject}: too many calls; ${came}`);
  if (status === 408) return new TransientError(`${subject}: the vendor timed out; ${came}`);
  if (status >= 500) return new VendorDownError(`${subject}: expected an answer, ${came}; try again later`);
  if (status === 401 || status === 403) {
    const remedy =
      vendor.key === null ? "the vendor bars this client" : `check secret "${vendor.key.secret}"`;
    return new InvalidKeyError(`${subject}: access was refused, ${came}; ${remedy}`);
  }
  if (status !== 200) return new RequestRefusedError(`${subject}: the request was refused, ${came}`);
  if (vendor.format === "json" ? json === undefined : /^\s*</.test(text)) {
    return new GarbledResponseError(`${subject}: expected ${vendor.format.toUpperCase()}, ${came}`);
  }
  return null;
}
