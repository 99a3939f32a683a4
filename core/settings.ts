/** Settings of a lake that the stages share. On AWS they travel in the environment, embedded in the lake itself. */
import { healthSchema, type HealthSettings } from "./health/settings.ts";
import { assetClasses, type AssetClass } from "./market.ts";
import type { ExtractRequest } from "./messages/index.ts";
import {
  defaultResiliencePolicy,
  resiliencePolicySchema,
  type ResiliencePolicy,
} from "./providers/resilience/policy.ts";
import * as z from "./zod.ts";

/** Objects per period of one asset class. */
export const shardCountSchema = z.int().check(z.minimum(1), z.maximum(4_096));
const providerId = z.string().check(z.minLength(1), z.maxLength(64));

export const extractionSchema = z.strictObject({
  /** Bars before the newest known one that are asked for again, so that late and corrected rows are seen. */
  overlapBars: z._default(z.int().check(z.minimum(1), z.maximum(1_000)), 5),
  /** How far back the first extract of a symbol reaches, and every later one at most. */
  reachDays: z._default(z.int().check(z.minimum(1), z.maximum(3_660)), 30),
  /** Symbols of one run; it hands the others on. */
  symbolsPerRun: z._default(z.int().check(z.minimum(1), z.maximum(5_000)), 1_000),
});
export type ExtractionSettings = z.infer<typeof extractionSchema>;

/** `code` is ISO 4217. */
export const baseCurrencySchema = z.strictObject({
  code: z.string().check(z.regex(/^[A-Z]{3}$/)),
  /** How many days a rate stands in for those of later days. */
  carryDays: z._default(z.int().check(z.minimum(0), z.maximum(60)), 7),
});

export const lakeSettingsSchema = z.strictObject({
  /** Objects per period and asset class. Never changed once a lake holds data: a symbol's shard follows from it. */
  shardCounts: z.record(z.enum(assetClasses), shardCountSchema),
  /** Providers in order of trust, best first: decides between versions of a row that arrived at the same moment. */
  providerPriority: z.array(z.string().check(z.minLength(1))),
  /** Gives bars a close in this currency, by daily forex bars of the same lake such as `USDINR`. Off by default. */
  baseCurrency: z.optional(baseCurrencySchema),
  /**
   * Whom an extract asks that names no provider, in this order: each stands in for the one before it. Rows of any but the
   * first carry the flag `fallback_provider`.
   */
  providerChains: z.optional(
    z.partialRecord(z.enum(assetClasses), z.array(providerId).check(z.minLength(1))),
  ),
  /** How each provider is to be treated; a careful default applies to those not named. */
  providerPolicies: z.optional(z.record(providerId, resiliencePolicySchema)),
  extraction: z.optional(extractionSchema),
  health: z.optional(healthSchema),
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

/** The lane of requests that name nobody to ask, which fail. */
const nobodysLane = "nobody";

/**
 * The lane in which a request waits for its turn: that of the provider which is asked first, so that the callers of one
 * provider come one after the other. A request that polls holds its lane while it waits for its next poll, so every polled
 * series has a lane of its own beside it.
 */
export function laneOf(settings: LakeSettings, request: LaneRequest): string {
  const { provider, assetClass, interval, polls } = request;
  const lane = provider ?? providerChain(settings, assetClass)[0] ?? nobodysLane;
  return polls === undefined ? lane : `${lane}/${assetClass}/${interval}`;
}
type LaneRequest = Pick<ExtractRequest, "provider" | "assetClass" | "interval" | "polls">;

export const policyOf = ({ providerPolicies }: LakeSettings, providerId: string): ResiliencePolicy =>
  providerPolicies?.[providerId] ?? defaultResiliencePolicy;

const defaultExtraction = extractionSchema.parse({});

export const extractionSettings = ({ extraction }: LakeSettings): ExtractionSettings =>
  extraction ?? defaultExtraction;

const defaultHealth = healthSchema.parse({});

export const healthSettings = ({ health }: LakeSettings): HealthSettings => health ?? defaultHealth;
