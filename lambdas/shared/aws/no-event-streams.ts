/**
 * Stands in for `@smithy/core/event-streams` in bundles: S3 answers with event streams to SQL alone (`SelectObjectContent`),
 * which no function asks for. The SDK imports them once lazily, for which esbuild wraps every module that they share with
 * the rest (docs/adr/0004-bundles.md).
 */

export const resolveEventStreamSerdeConfig = <T>(config: T): T => config;

export function eventStreamSerdeProvider(): never {
  throw new TypeError(
    "event streams are not in the bundle; remove their alias from lib/constructs/bundling.ts",
  );
}

export const EventStreamSerde = eventStreamSerdeProvider;
