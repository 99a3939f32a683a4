/** Settings of a lake that the stages share. On AWS they travel in the environment, embedded in the lake itself. */
import * as z from "zod";
import { assetClasses, type AssetClass } from "./market.ts";
import {
  defaultResiliencePolicy,
  resiliencePolicySchema,
  type ResiliencePolicy,
} from "./providers/resilience/policy.ts";

const shardCount = z.int().min(1).max(4_096);
const providerId = z.string().min(1).max(64);

export const extractionSchema = z.strictObject({
  /** Bars before the newest known one that are asked for again, so that late and corrected rows are seen. */
  overlapBars: z.int().min(1).max(1_000).default(5),
  /** How far back the first extract of a symbol reaches, and every later one at most. */
  reachDays: z.int().min(1).max(3_660).default(30),
  /** Symbols of one run; it hands the others on. */
  symbolsPerRun: z.int().min(1).max(5_000).default(1_000),
});
export type ExtractionSettings = z.infer<typeof extractionSchema>;

export const lakeSettingsSchema = z.strictObject({
  /** Objects per period and asset class. Never changed once a lake holds data: a symbol's shard follows from it. */
  shardCounts: z.record(z.enum(assetClasses), shardCount),
  /** Providers in order of trust, best first: decides between versions of a row that arrived at the same moment. */
  providerPriority: z.array(z.string().min(1)),
  /** Gives bars a close in this currency, by daily forex bars of the same lake such as `USDINR`. Off by default. */
  baseCurrency: z
    .strictObject({
      code: z.string().regex(/^[A-Z]{3}$/),
      /** How many days a rate stands in for those of later days. */
      carryDays: z.int().min(0).max(60).default(7),
    })
    .optional(),
  /**
   * Whom an extract asks that names no provider, in this order: each stands in for the one before it. Rows of any but the
   * first carry the flag `fallback_provider`.
   */
  providerChains: z.partialRecord(z.enum(assetClasses), z.array(providerId).min(1)).optional(),
  /** How each provider is to be treated; a careful default applies to those not named. */
  providerPolicies: z.record(providerId, resiliencePolicySchema).optional(),
  extraction: extractionSchema.optional(),
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

/** Whom to ask for an asset class, best first; empty where the settings name nobody. */
export const providerChain = ({ providerChains }: LakeSettings, assetClass: AssetClass): readonly string[] =>
  providerChains?.[assetClass] ?? [];

export const policyOf = ({ providerPolicies }: LakeSettings, providerId: string): ResiliencePolicy =>
  providerPolicies?.[providerId] ?? defaultResiliencePolicy;

const defaultExtraction = extractionSchema.parse({});

export const extractionSettings = ({ extraction }: LakeSettings): ExtractionSettings =>
  extraction ?? defaultExtraction;
