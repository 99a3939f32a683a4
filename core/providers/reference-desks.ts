/** The vendors that answer about instruments besides their bars. A further one is one line here. */
import { alphaVantageDesk } from "./alpha-vantage/index.ts";
import { coinMarketCapDesk } from "./coinmarketcap/index.ts";
import { fmpDesk } from "./fmp/index.ts";
import type { ReferenceDesk } from "./reference.ts";
import type { VendorId } from "./registry.ts";

const desks = {
  fmp: fmpDesk,
  alpha_vantage: alphaVantageDesk,
  coinmarketcap: coinMarketCapDesk,
} satisfies { readonly [Id in VendorId]?: ReferenceDesk };
export type DeskId = keyof typeof desks;

export const deskIds = Object.keys(desks) as DeskId[];
export const referenceDesks: Readonly<Record<DeskId, ReferenceDesk>> = desks;
