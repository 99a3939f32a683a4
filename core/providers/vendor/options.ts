import type { AssetClass } from "../../market.ts";
import type { Series } from "../../lake/keys.ts";

/** What every vendor adapter can be told. */
export interface VendorOptions {
  /** Instead of the vendor's own address, e.g. a replay server. Without a trailing slash. */
  readonly baseUrl?: string;
  /** Symbols served where a request names none; ours, not the vendor's. */
  readonly universe?: Partial<Record<AssetClass, readonly string[]>>;
  /** Until the whole body is there. */
  readonly timeoutMs?: number;
  /** Whether the plan includes no bars shorter than a day. */
  readonly dailyOnly?: boolean;
}

/** An instrument by our name. */
export interface Instrument {
  readonly assetClass: AssetClass;
  readonly symbol: string;
}

/** `Provider.universe` of a vendor: what the options say, each symbol once. */
export function universeOf({ universe }: VendorOptions): (series: Series) => Promise<readonly string[]> {
  return async ({ assetClass }) => [...new Set(universe?.[assetClass] ?? [])];
}
