export { advanceIndicators } from "./advance.ts";
export { decodeCheckpoint, decodeCheckpointHeader, encodeCheckpoint } from "./checkpoint.ts";
export type { CheckpointHeader } from "./checkpoint.ts";
export { IndicatorStates } from "./state.ts";
export type { IndicatorInput } from "./strip.ts";
