/** The configuration of a lake's markets and vendors. */
export { checkConfig, keysNeeded, type ConfigFindings } from "./check.ts";
export { isVendor, lakeSettingsOf, planOf, policyOf, seriesOf, vendorSettingsOf } from "./derive.ts";
export { defaultMarkets } from "./markets.ts";
export { parseConfig, problemLines, readConfig, type ConfigProblem } from "./read.ts";
export {
  defaultConfig,
  marketlakeConfigSchema,
  type MarketConfig,
  type MarketlakeConfig,
  type VendorConfig,
} from "./schema.ts";
export { keySource, vendorFacts, type VendorPlan } from "./vendors.ts";
