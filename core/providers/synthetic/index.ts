export { createBarGenerator, generateBars, type BarGenerator } from "./generate.ts";
export { syntheticPrefix, syntheticSymbols } from "./instruments.ts";
export {
  defaultSyntheticOptions,
  noVendorErrors,
  type SyntheticOptions,
  type VendorErrorRates,
} from "./options.ts";
export { createSyntheticProvider, syntheticProviderId } from "./provider.ts";
