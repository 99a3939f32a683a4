/**
 * The provider contract: three steps, of which only `extract` does I/O. Adding a provider is one folder and one line
 * in a registry.
 */
import type { Batch } from "../columnar/batch.ts";
import type { Series } from "../lake/keys.ts";
import type { Adjustment, AssetClass } from "../market.ts";
import type { rawBars } from "../tables/index.ts";

/** Bars wanted: `symbols` over the half-open range `[fromMs, toMs)` of bar starts, UTC ms. */
export interface BarQuery extends Series {
  readonly symbols: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Business time of the run, UTC ms: a provider that plays back or generates knows nothing later. */
  readonly asOfMs: number;
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

export interface Provider<Request = unknown> {
  /** Lower-case, stable: stands in object keys and in every row. */
  readonly id: string;
  /** What its prices are adjusted for, unless a response says otherwise. */
  readonly adjustment: Adjustment;
  covers(series: Series): boolean;
  /** The symbols it serves where a request names none. */
  universe(assetClass: AssetClass): Promise<readonly string[]>;
  /** Pure: the vendor requests that answer `query`, within the vendor's limits per request. */
  transformQuery(query: BarQuery): readonly Request[];
  /** @throws TransientError where a retry may help, TerminalError where not. */
  extract(request: Request): Promise<ProviderResponse>;
  /**
   * Pure: received bytes to rows; nothing is coerced. A row with an unreadable cell is kept with `parse_error`.
   * @throws TerminalError where the body as a whole cannot be read.
   */
  transform(response: ProviderResponse, receipt: Receipt): Promise<Batch<typeof rawBars>>;
}
