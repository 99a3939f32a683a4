import { describe, expect, it } from "vitest";
import { InvalidMessageError, TerminalError } from "../../core/errors.ts";
import {
  extractRequestSchema,
  indicatorMessageSchema,
  parseMessage,
  parseRequest,
  transformMessageSchema,
} from "../../core/messages/index.ts";

const extract = {
  version: 1,
  kind: "extract",
  assetClass: "stock",
  interval: "15min",
  provider: "yahoo",
  scheduledTime: "2026-11-20T21:00:00Z",
  trigger: "schedule",
};
const source = { key: "raw/parquet/x.parquet", rows: 10, fromMs: 0, toMs: 1 };
const transform = {
  version: 1,
  kind: "transform",
  assetClass: "index",
  interval: "5min",
  runId: "run-1",
  scheduledMs: 1_795_209_600_000,
  shard: 0,
  sources: [source],
};
const indicators = {
  version: 1,
  kind: "indicators",
  assetClass: "bond",
  interval: "1d",
  runId: "run-1",
  scheduledMs: 1_795_209_600_000,
  shard: 3,
  fromPeriod: "2026",
};

const schemas = {
  extract: extractRequestSchema,
  transform: transformMessageSchema,
  indicators: indicatorMessageSchema,
};
const parse = (kind: keyof typeof schemas, value: unknown) => parseRequest<unknown>(schemas[kind], value);

describe("a message", () => {
  it.each([extract, transform, indicators])("of the current version comes back as it was sent", (message) => {
    const schema = schemas[message.kind as keyof typeof schemas];
    expect(parseMessage<unknown>(schema, JSON.stringify(message))).toEqual(message);
  });

  it("that is not JSON is refused with its beginning, and the cause", () => {
    const refusal = (() => {
      try {
        return parseMessage(transformMessageSchema, `<xml>${"x".repeat(1_000)}`);
      } catch (error) {
        return error as InvalidMessageError;
      }
    })();
    expect(refusal).toBeInstanceOf(InvalidMessageError);
    expect((refusal as InvalidMessageError).message).toMatch(/^message is not JSON: "<xml>x{75}"$/);
    expect((refusal as InvalidMessageError).cause).toBeInstanceOf(SyntaxError);
  });

  it("of a newer version is refused with what to do, whatever else it holds", () => {
    const newer = { version: 2, kind: "transform", inputs: [] };
    expect(() => parse("transform", newer)).toThrow(InvalidMessageError);
    expect(() => parse("transform", newer)).toThrow(
      "message has version 2, this release understands up to 1; deploy the newer release, then redrive the dead-letter queue",
    );
  });

  it("with an unknown field is refused, and the field is named", () => {
    expect(() => parse("transform", { ...transform, priority: 1 })).toThrow(/priority/);
    expect(() => parse("transform", { ...transform, sources: [{ ...source, etag: "v1" }] })).toThrow(/etag/);
  });

  it("of another kind is refused", () => {
    expect(() => parse("transform", indicators)).toThrow(InvalidMessageError);
  });

  it.each([null, 7, "text", [], {}])("that is %j is refused", (value) => {
    expect(() => parse("indicators", value)).toThrow(InvalidMessageError);
  });

  it("lists everything that does not fit", () => {
    const broken = { ...transform, assetClass: "art", interval: "7min", shard: -1 };
    expect(() => parse("transform", broken)).toThrow(
      /assetClass[\s\S]*interval[\s\S]*shard|shard[\s\S]*assetClass/,
    );
  });

  it("that cannot be understood is never retried", () => {
    expect(new InvalidMessageError("x")).toBeInstanceOf(TerminalError);
  });
});

const symbols = (count: number) => Array.from({ length: count }, (_, i) => `S${i}`);
const sources = (count: number) => Array.from({ length: count }, () => source);

describe("limits", () => {
  it.each<[keyof typeof schemas, string, unknown]>([
    ["extract", "10,000 symbols", { ...extract, symbols: symbols(10_000) }],
    ["extract", "a window", { ...extract, window: { fromMs: -1, toMs: 5 } }],
    [
      "extract",
      "an offset in the scheduled time",
      { ...extract, scheduledTime: "2026-11-20T16:00:00-05:00" },
    ],
    ["transform", "500 sources", { ...transform, sources: sources(500) }],
    ["transform", "shard 9999", { ...transform, shard: 9_999 }],
    ["indicators", "a month", { ...indicators, fromPeriod: "2026-11" }],
  ])("let pass for %s %s", (kind, _, value) => {
    expect(parse(kind, value)).toEqual(value);
  });

  it.each<[keyof typeof schemas, string, unknown]>([
    ["extract", "no symbols", { ...extract, symbols: [] }],
    ["extract", "an empty symbol", { ...extract, symbols: [""] }],
    ["extract", "10,001 symbols", { ...extract, symbols: symbols(10_001) }],
    ["extract", "a scheduled time without a zone", { ...extract, scheduledTime: "2026-11-20T21:00:00" }],
    ["extract", "an empty trigger", { ...extract, trigger: "" }],
    ["extract", "a trigger of 65 characters", { ...extract, trigger: "t".repeat(65) }],
    ["transform", "no sources", { ...transform, sources: [] }],
    ["transform", "501 sources", { ...transform, sources: sources(501) }],
    ["transform", "shard 10000", { ...transform, shard: 10_000 }],
    ["transform", "a fraction of a row", { ...transform, sources: [{ ...source, rows: 0.5 }] }],
    ["indicators", "a day for a period", { ...indicators, fromPeriod: "2026-11-20" }],
    ["indicators", "an unknown asset class", { ...indicators, assetClass: "art" }],
  ])("refuse for %s %s", (kind, _, value) => {
    expect(() => parse(kind, value)).toThrow(InvalidMessageError);
  });
});
