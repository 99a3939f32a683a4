import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../core/errors.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { extractEnvSchema } from "../../../lambdas/extract/env.ts";
import { parseEnvironment } from "../../../lambdas/shared/env.ts";
import { transformEnvSchema } from "../../../lambdas/transform/env.ts";
import { functionEnvironment } from "../../helpers/function-environment.ts";

describe("a function's environment", () => {
  test("is read with settings, numbers and defaults", () => {
    expect(parseEnvironment(transformEnvSchema, functionEnvironment())).toMatchObject({
      LAKE_SETTINGS: defaultLakeSettings,
      MAX_RECEIVE_COUNT: 3,
      LOG_LEVEL: "SILENT",
      METRICS: [],
      METRICS_NAMESPACE: "marketlake",
    });
  });

  test("may hold variables that are not ours", () => {
    expect(parseEnvironment(extractEnvSchema, { ...functionEnvironment(), PATH: "/bin" })).not.toHaveProperty(
      "PATH",
    );
  });

  test("costs no metric by default but the ones that alarms need", () => {
    const { METRICS: _, ...environment } = functionEnvironment();
    expect(parseEnvironment(extractEnvSchema, environment).METRICS).toEqual([]);
    expect(parseEnvironment(transformEnvSchema, environment).METRICS).toEqual(["RowsRejected"]);
  });

  test("is refused with every problem in one error", () => {
    const environment = {
      ...functionEnvironment(),
      RAW_BUCKET: undefined,
      LAKE_SETTINGS: "{shards: 4}",
      MAX_RECEIVE_COUNT: "many",
      METRICS: "RowsIn,RowsLost",
    };
    const read = () => parseEnvironment(transformEnvSchema, environment);
    expect(read).toThrow(ConfigError);
    for (const name of ["RAW_BUCKET", "LAKE_SETTINGS", "MAX_RECEIVE_COUNT", "METRICS"]) {
      expect(read).toThrow(new RegExp(`at ${name}`));
    }
    expect(read).toThrow(/expected JSON, got "\{shards: 4\}"/);
  });

  test("is refused where the settings are JSON of another shape", () => {
    const environment = { ...functionEnvironment(), LAKE_SETTINGS: '{"shardCounts":{"stock":0}}' };
    expect(() => parseEnvironment(transformEnvSchema, environment)).toThrow(/providerPriority/);
  });
});
