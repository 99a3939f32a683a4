import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stageConfig } from "../../core/config/index.ts";
import { functionIds } from "../../lib/identity.ts";
import { readWiring } from "../../local/wiring.ts";
import { readCachedWiring, wiringKey } from "../../local/wiring/cache.ts";
import { synthesizeWiring } from "../../local/wiring/synthesize.ts";
import { readResources } from "../../local/wiring/templates.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const config = stageConfig("dev");

describe("wiring", () => {
  const wiring = synthesizeWiring(config);

  it("names the functions, their entries and what they depend on", () => {
    const { functions } = wiring;
    expect(
      functions.map(({ id, entry, timeoutMs, memoryMb }) => ({ id, entry, timeoutMs, memoryMb })),
    ).toEqual(
      functionIds.map((id) => ({
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
    });
  });

  it("names the queues with their limits and who reads them", () => {
    const { queues, eventSources } = wiring;
    expect(queues.map(({ name, fifo, deadLetterQueue }) => [name, fifo, deadLetterQueue])).toEqual([
      ["extract-dlq", true, undefined],
      ["extract", true, "extract-dlq"],
      ["transform-dlq", false, undefined],
      ["transform", false, "transform-dlq"],
      ["indicators-dlq", false, undefined],
      ["indicators", false, "indicators-dlq"],
      ["ticks-dlq", false, undefined],
    ]);
    expect(eventSources).toEqual(
      (["extract", "transform", "indicators"] as const).map((id) => ({
        functionId: id,
        queue: id,
        batchSize: config.functions[id].batchSize,
        batchWindowMs: config.functions[id].batchWindowMs,
        maxConcurrency: config.functions[id].maxConcurrency,
      })),
    );
  });

  it("holds the enabled schedules as they are configured", () => {
    const [first, second] = config.schedules;
    const { schedules } = synthesizeWiring({
      ...config,
      schedules: [first!, { ...second!, enabled: false }],
      healthCheckMinutes: 30,
    });
    expect(schedules).toEqual([
      {
        name: "stock-15min",
        expression: "cron(0/15 9-16 ? * MON-FRI *)",
        timeZone: "America/New_York",
        target: { kind: "queue", queue: "extract", group: "synthetic" },
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
      {
        name: "health",
        expression: "rate(30 minutes)",
        timeZone: "Etc/UTC",
        target: { kind: "function", functionId: "health" },
        input: { version: 1, kind: "health", scheduledTime: "<aws.scheduler.scheduled-time>" },
      },
    ]);
  });
});

describe("synthesis in a process of its own", () => {
  it("finds the same wiring", async () => {
    expect(await readWiring({ config })).toEqual(synthesizeWiring(config));
  });

  it("tells why the app cannot be synthesized", async () => {
    const [first] = config.schedules;
    const broken = { ...config, schedules: [first!, first!] };
    await expect(readWiring({ config: broken })).rejects.toThrow(`Schedule-${first!.name}`);
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

  it("is asked again where only settings of bundles differ, which change nothing in it", async () => {
    const synthesized = await read();
    const universe = { ...config.providers, universe: { ...config.providers.universe, stock: ["AAPL"] } };
    const changed = { ...config, providers: universe };
    expect(synthesizeWiring(changed)).toEqual(synthesized);
    expect(await read(changed)).toEqual(synthesized);
    expect(await readdir(directory.path)).toHaveLength(1);
  });

  it.each(["", "{}", '{"functions": "none"}'])("is passed over where it holds %j", async (text) => {
    const key = wiringKey(config);
    await writeFile(join(directory.path, `wiring-${key}.json`), text);
    expect(readCachedWiring(directory.path, key)).toBeNull();
  });

  it("is passed over where it cannot be written", async () => {
    const file = join(directory.path, "file");
    await writeFile(file, "");
    const wiring = await readWiring({ config, cacheDirectory: join(file, "below") });
    expect(wiring.functions).toHaveLength(functionIds.length);
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
