/** One schema per message, used by producer and consumer. A message says what changed, never what to add. */
import { InvalidMessageError } from "../errors.ts";
import { assetClasses, intervals } from "../market.ts";
import * as z from "../zod.ts";

/** Version of the message formats below. A newer one is refused into the DLQ, where an upgrade can redrive it. */
const messageVersion = 1;

/** Symbols that one request carries: of 23 characters each they fill a message. */
export const requestSymbolsMax = 10_000;

const text = z.string().check(z.minLength(1));
const shard = z.int().check(z.minimum(0), z.maximum(9_999));

const series = {
  version: z.literal(messageVersion),
  assetClass: z.enum(assetClasses),
  interval: z.enum(intervals),
};

/** Asks for bars of one asset class and interval. `window` is half-open, UTC ms. */
export const extractRequestSchema = z.strictObject({
  ...series,
  kind: z.literal("extract"),
  /** Who alone is asked; by default the settings' chain for the asset class. */
  provider: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  /** Time for which the run was scheduled, ISO-8601; business time of the whole run. */
  scheduledTime: z.iso.datetime({ offset: true }),
  /** What asked: `schedule`, `cli`, … Part of the run id. */
  trigger: z.string().check(z.minLength(1), z.maxLength(64)),
  /** Defaults to the universe of the provider, of a chain to that of the first that has one. */
  symbols: z.optional(z.array(text).check(z.minLength(1), z.maxLength(requestSymbolsMax))),
  /** Defaults to everything after each symbol's watermark, less an overlap. */
  window: z.optional(z.strictObject({ fromMs: z.int(), toMs: z.int() })),
  /** Instead of `window`: so many days before the scheduled time, as a schedule can say it. */
  lastDays: z.optional(z.int().check(z.minimum(1), z.maximum(36_600))),
  /** Of the window, only what the lake misses by the calendar. */
  only: z.optional(z.literal("gaps")),
  /** Runs so many times, so far apart: a poll that is faster than schedules can be. */
  polls: z.optional(
    z.strictObject({
      count: z.int().check(z.minimum(1), z.maximum(60)),
      everyMs: z.int().check(z.minimum(1_000), z.maximum(300_000)),
    }),
  ),
});
export type ExtractRequest = z.infer<typeof extractRequestSchema>;

/** Asks how providers and series were at a time. */
export const healthRequestSchema = z.strictObject({
  version: z.literal(messageVersion),
  kind: z.literal("health"),
  /** ISO-8601. */
  scheduledTime: z.iso.datetime({ offset: true }),
});
export type HealthRequest = z.infer<typeof healthRequestSchema>;

/** Raw objects of one shard that curated bars may not hold yet. Ranges are half-open hints for planning. */
export const transformMessageSchema = z.strictObject({
  ...series,
  kind: z.literal("transform"),
  runId: text,
  scheduledMs: z.int(),
  shard,
  sources: z
    .array(z.strictObject({ key: text, rows: z.int().check(z.minimum(0)), fromMs: z.int(), toMs: z.int() }))
    .check(z.minLength(1), z.maxLength(500)),
});
export type TransformMessage = z.infer<typeof transformMessageSchema>;
export type RawSource = TransformMessage["sources"][number];

/** Bars of one shard changed from `fromPeriod` on. */
export const indicatorMessageSchema = z.strictObject({
  ...series,
  kind: z.literal("indicators"),
  runId: text,
  scheduledMs: z.int(),
  shard,
  fromPeriod: z.string().check(z.regex(/^\d{4}(-\d{2})?$/)),
});
export type IndicatorMessage = z.infer<typeof indicatorMessageSchema>;

/**
 * Parses the text of a message.
 * @throws InvalidMessageError that lists what does not fit.
 */
export function parseMessage<T>(schema: z.ZodMiniType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidMessageError(`message is not JSON: ${JSON.stringify(text.slice(0, 80))}`, {
      cause: error,
    });
  }
  return parseRequest(schema, value);
}

/** As `parseMessage`, for a value that is parsed already. */
export function parseRequest<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > messageVersion) {
    throw new InvalidMessageError(
      `message has version ${version}, this release understands up to ${messageVersion}; deploy the newer release, then redrive the dead-letter queue`,
    );
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw new InvalidMessageError(`message does not fit its schema: ${z.prettifyError(result.error)}`);
  return result.data;
}
