export { generateBars } from "./generate.ts";
export { syntheticSymbols } from "./instruments.ts";
export { defaultSyntheticOptions, type SyntheticOptions } from "./options.ts";
export { createSyntheticProvider } from "./provider.ts";
