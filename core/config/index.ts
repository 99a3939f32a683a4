/** The configuration of a lake: markets, vendors, schedules and deployment, by stage. */
export { checkConfig, keysNeeded, type ConfigFindings } from "./check.ts";
export type { ConsumerConfig } from "./deployment.ts";
export { isVendor, lakeSettingsOf, policyOf, providerSettingsOf, seriesOf } from "./derive.ts";
export { problemLines, type ConfigProblem } from "./problems.ts";
export {
  completeFile,
  configOf,
  defaultConfig,
  defaultConfigFile,
  parseConfig,
  parseConfigFile,
  readConfigFile,
  type ConfigFile,
} from "./read.ts";
export type { MarketConfig, MarketlakeConfig, VendorConfig } from "./schema.ts";
export { tickOf, type ScheduleConfig, type ScheduledRequest } from "./schedules.ts";
export { stageConfig, type StageConfig } from "./stage.ts";
export { embeddedStage } from "./stages.ts";
export { keySource, vendorFacts, type VendorPlan } from "./vendors.ts";
