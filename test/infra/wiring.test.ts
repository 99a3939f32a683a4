import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stageConfig } from "../../lib/stages.ts";
import { readWiring, type Wiring } from "../../local/wiring.ts";
import { readResources } from "../../local/wiring/templates.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const config = stageConfig("dev");

describe("wiring", () => {
  let wiring: Wiring;
  beforeAll(async () => {
    wiring = await readWiring({ config });
  });

  it("names the functions, their entries and what they depend on", () => {
    const { functions } = wiring;
    expect(
      functions.map(({ id, entry, timeoutMs, memoryMb }) => ({ id, entry, timeoutMs, memoryMb })),
    ).toEqual(
      (["extract", "transform", "indicators"] as const).map((id) => ({
        id,
        entry: `lambdas/${id}/index.ts`,
        timeoutMs: config.functions[id].timeoutMs,
        memoryMb: config.functions[id].memoryMb,
      })),
    );
    expect(functions[1]!.environment).toMatchObject({
      STAGE: "dev",
      RAW_BUCKET: "raw",
      CURATED_BUCKET: "curated",
      TRANSFORM_QUEUE_URL: "transform",
      INDICATORS_QUEUE_URL: "indicators",
      DEAD_LETTER_QUEUE_URL: "transform-dlq",
      MAX_RECEIVE_COUNT: String(config.functions.transform.maxReceiveCount),
      LAKE_SETTINGS: JSON.stringify(config.lake),
    });
  });

  it("names the queues with their limits and who reads them", () => {
    const { queues, eventSources } = wiring;
    expect(queues.map(({ name, deadLetterQueue }) => [name, deadLetterQueue])).toEqual([
      ["transform-dlq", undefined],
      ["transform", "transform-dlq"],
      ["indicators-dlq", undefined],
      ["indicators", "indicators-dlq"],
      ["extract-dlq", undefined],
    ]);
    expect(eventSources).toEqual(
      (["transform", "indicators"] as const).map((id) => ({
        functionId: id,
        queue: id,
        batchSize: config.functions[id].batchSize,
        batchWindowMs: config.functions[id].batchWindowMs,
        maxConcurrency: config.functions[id].maxConcurrency,
      })),
    );
  });

  it("holds the enabled schedules as they are configured", async () => {
    const [first, second] = config.schedules;
    const { schedules } = await readWiring({
      config: { ...config, schedules: [first!, { ...second!, enabled: false }] },
    });
    expect(schedules).toEqual([
      {
        name: "stock-15min",
        expression: "cron(0/15 9-16 ? * MON-FRI *)",
        timeZone: "America/New_York",
        functionId: "extract",
        input: {
          version: 1,
          kind: "extract",
          assetClass: "stock",
          interval: "15min",
          provider: "synthetic",
          scheduledTime: "<aws.scheduler.scheduled-time>",
          trigger: "schedule",
        },
      },
    ]);
  });
});

describe("the wiring's cache", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(() => directory.remove());

  const read = (changed = config) => readWiring({ config: changed, cacheDirectory: directory.path });

  it("answers with what the templates say", async () => {
    const synthesized = await read();
    expect(await readdir(directory.path)).toHaveLength(1);
    expect(await read()).toEqual(synthesized);
  });

  it("is not asked for another configuration", async () => {
    await read();
    const other = await read({ ...config, stage: "other" });
    expect(other.functions[0]!.environment["STAGE"]).toBe("other");
    expect(await readdir(directory.path)).toHaveLength(2);
  });

  it("is passed over where it holds anything but a wiring", async () => {
    const synthesized = await read();
    const [file] = await readdir(directory.path);
    for (const text of ["", "{}", '{"functions": "none"}']) {
      await writeFile(join(directory.path, file!), text);
      expect(await read()).toEqual(synthesized);
    }
  });

  it("is passed over where it cannot be written", async () => {
    const file = join(directory.path, "file");
    await writeFile(file, "");
    const wiring = await readWiring({ config, cacheDirectory: join(file, "below") });
    expect(wiring.functions).toHaveLength(3);
  });
});

describe("references in templates", () => {
  const producer = {
    Resources: {
      B1: { Type: "AWS::S3::Bucket", Metadata: { marketlake: { kind: "bucket", name: "raw" } } },
    },
    Outputs: { Out: { Value: { Ref: "B1" }, Export: { Name: "producer:B1" } } },
  } as const;
  const resolved = (value: unknown) =>
    readResources([producer, { Resources: { X: { Type: "Test", Properties: { value } } } }], ["Test"])[0]!
      .properties["value"];

  it.each([
    [{ "Fn::ImportValue": "producer:B1" }, "raw"],
    [{ "Fn::Join": ["/", ["s3:/", { "Fn::ImportValue": "producer:B1" }, "x"]] }, "s3://raw/x"],
    [{ "Fn::Sub": ["${AWS::Partition}/${Name}", { Name: { "Fn::ImportValue": "producer:B1" } }] }, "aws/raw"],
    [
      [{ Ref: "AWS::AccountId" }, 1, true],
      ["000000000000", 1, true],
    ],
  ])("resolve %j", (value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  it("are refused where the template declares no such resource", () => {
    expect(() => resolved({ "Fn::Sub": "${AWS::Region}-${Name}" })).toThrow('"Name"');
  });

  it("are refused where no stack exports the name", () => {
    expect(() => resolved({ "Fn::ImportValue": "nobody" })).toThrow('no stack exports "nobody"');
  });
});
