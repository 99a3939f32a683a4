/**
 * The provider contract: three steps, of which only `extract` does I/O. Adding a provider is one folder and one line
 * in a registry.
 */
import type { Batch } from "../columnar/batch.ts";
import type { Series } from "../lake/keys.ts";
import type { Adjustment } from "../market.ts";
import type { HttpClient, HttpRequest, SecretStore } from "../ports.ts";
import type { rawBars } from "../tables/index.ts";

/** Bars wanted: `symbols` over the half-open range `[fromMs, toMs)` of bar starts, UTC ms. */
export interface BarQuery extends Series {
  readonly symbols: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Business time of the run, UTC ms: a provider that plays back or generates knows nothing later. */
  readonly asOfMs: number;
  /** Whether splits and dividends are wanted too, of whom has to be asked for them apart: all that are known, whatever the range. */
  readonly actions?: boolean;
}

/** A response byte for byte, kept in the raw zone before anyone tries to read it. */
export interface ProviderResponse {
  readonly body: Uint8Array;
  readonly extension: "csv" | "json";
  /** Where these prices are adjusted otherwise than the provider's usually are. */
  readonly adjustment?: Adjustment;
}

/** What marketlake adds to every received row. */
export interface Receipt extends Series {
  readonly provider: string;
  readonly runId: string;
  readonly ingestedAtMs: number;
  readonly adjustment: Adjustment;
  readonly currency: string | null;
}

/** A split or dividend as a provider reports it. */
export interface CorporateAction {
  readonly symbol: string;
  /** `YYYY-MM-DD`, the first session that trades without the entitlement. */
  readonly exDate: string;
  readonly kind: "split" | "dividend";
  /** Shares after per share before: 4 for a 4:1 split, 0.1 for a 1:10 consolidation. Null for a dividend. */
  readonly ratio: number | null;
  /** Cash per share: as paid, or adjusted for splits like the provider's prices. Null for a split. */
  readonly amount: number | null;
  readonly currency: string | null;
}

/** What a response says. */
export interface Received {
  readonly bars: Batch<typeof rawBars>;
  readonly actions: readonly CorporateAction[];
  /** Entries of the response that are no bars of the request, counted by reason, e.g. `outside_window`. */
  readonly passedOver?: Readonly<Record<string, number>>;
}

/** A call of a provider, and what it costs. */
export interface ProviderRequest extends HttpRequest {
  /** In the unit in which the vendor counts what a plan allows, at least what it will charge: 1 where it is left out. */
  readonly credits?: number;
}

/** What a provider may use of the world. Those that compute or read files need none of it. */
export interface ProviderIo {
  readonly http: { get(request: ProviderRequest): ReturnType<HttpClient["get"]> };
  readonly secrets: SecretStore;
}

export interface Provider<Request = unknown> {
  /** Lower-case, stable: stands in object keys and in every row. */
  readonly id: string;
  /** What its prices are adjusted for, unless a response says otherwise. */
  readonly adjustment: Adjustment;
  covers(series: Series): boolean;
  /** The symbols it serves where a request names none. */
  universe(series: Series): Promise<readonly string[]>;
  /** Start of the oldest bars that it still has, UTC ms, where it keeps not all: its requests leave out older ones. */
  earliestMs?(query: Pick<BarQuery, "interval" | "asOfMs">): number;
  /** Pure: the vendor requests that answer `query`, within the vendor's limits per request. */
  transformQuery(query: BarQuery): readonly Request[];
  /** @throws TransientError where a retry may help, TerminalError where not. */
  extract(request: Request, io: ProviderIo): Promise<ProviderResponse>;
  /**
   * Pure: received bytes to rows; nothing is coerced. A row with an unreadable cell is kept with `parse_error`.
   * @throws TerminalError where the body as a whole cannot be read.
   */
  transform(response: ProviderResponse, request: Request, receipt: Receipt): Promise<Received>;
}
