import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../core/errors.ts";
import { extractEnvSchema } from "../../../lambdas/extract/env.ts";
import { parseEnvironment } from "../../../lambdas/shared/env.ts";
import { transformEnvSchema } from "../../../lambdas/transform/env.ts";
import { functionEnvironment } from "../../helpers/function-environment.ts";

describe("a function's environment", () => {
  test("is read with numbers and defaults", () => {
    expect(parseEnvironment(transformEnvSchema, functionEnvironment())).toMatchObject({
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
      MAX_RECEIVE_COUNT: "many",
      METRICS: "RowsIn,RowsLost",
    };
    const read = () => parseEnvironment(transformEnvSchema, environment);
    expect(read).toThrow(ConfigError);
    for (const name of ["RAW_BUCKET", "MAX_RECEIVE_COUNT", "METRICS"]) {
      expect(read).toThrow(new RegExp(`at ${name}`));
    }
  });
});
