/** The configuration of a lake's markets and vendors. */
export { checkConfig, keysNeeded, type ConfigFindings } from "./check.ts";
export { isVendor, lakeSettingsOf, policyOf, seriesOf, vendorSettingsOf } from "./derive.ts";
export { parseConfig, problemLines, readConfig, type ConfigProblem } from "./read.ts";
export { defaultConfig, type MarketConfig, type MarketlakeConfig, type VendorConfig } from "./schema.ts";
export { keySource, vendorFacts, type VendorPlan } from "./vendors.ts";
