/** The stages that there are without a file. A file adds its own, and what it says wins over what stands here. */
import type { JsonObject } from "./overrides.ts";

/** The stage of the embedded runtime. */
export const embeddedStage = "local";

/** Stage names stand in stack names, in the Glue database and in the Athena workgroup. */
export const stageNamePattern = /^[a-z][a-z0-9]{0,15}$/;

export const builtInStages: Readonly<Record<string, JsonObject>> = {
  // Embedded nobody reads metrics: whoever wants to know asks `marketlake health`.
  [embeddedStage]: { withoutSymbols: "synthetic", deployment: { healthCheckMinutes: null } },
  dev: { withoutSymbols: "synthetic" },
  prod: {
    deployment: {
      storage: {
        terminationProtection: true,
        rawColdAfterDays: 90,
        queryResultDays: 30,
        accessLogDays: 365,
      },
      logs: { retentionDays: 90 },
      athena: { scanLimitBytes: 100_000_000_000 },
    },
  },
};
