import { vendorIds, type VendorId } from "../providers/registry.ts";

/** Who can be named in a market's list. `replay` and `csv` need a directory of recorded bars. */
export const providerIds: readonly ProviderId[] = [...vendorIds, "synthetic", "replay", "csv"];
export type ProviderId = VendorId | "synthetic" | "replay" | "csv";
