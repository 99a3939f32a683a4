/** Settings of a lake that the stages share. On AWS they travel in the environment, embedded in the lake itself. */
import * as z from "zod";
import { assetClasses } from "./market.ts";

const shardCount = z.int().min(1).max(4_096);

export const lakeSettingsSchema = z.strictObject({
  /** Objects per period and asset class. Never changed once a lake holds data: a symbol's shard follows from it. */
  shardCounts: z.record(z.enum(assetClasses), shardCount),
  /** Providers in order of trust, best first: decides between versions of a row that arrived at the same moment. */
  providerPriority: z.array(z.string().min(1)),
});
export type LakeSettings = z.infer<typeof lakeSettingsSchema>;

/** Fits a universe of some thousand symbols: objects stay above a hundred kilobytes and two cores find work. */
export const defaultLakeSettings: LakeSettings = {
  shardCounts: { stock: 4, etf: 2, index: 1, commodity: 1, bond: 1, crypto: 2, forex: 1 },
  providerPriority: ["csv", "replay", "synthetic"],
};

/** @throws where the text is no JSON of this shape. */
export function parseSettings(json: string): LakeSettings {
  return lakeSettingsSchema.parse(JSON.parse(json));
}
