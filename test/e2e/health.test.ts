/** The health of a lake, as a monitor asks for it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HealthReport } from "../../core/health/index.ts";
import { runCli } from "../helpers/cli.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

describe("marketlake health", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let access: string[] = [];
  const health = (...args: string[]) => runCli([...access, "health", ...args]);
  const configure = (symbols: readonly string[]) => {
    const stock = { symbols, providers: ["synthetic"], endOfDay: null };
    writeFileSync(join(directory.path, "config.json"), JSON.stringify({ markets: { stock } }));
  };

  beforeAll(async () => {
    directory = await temporaryDirectory();
    access = ["--config", join(directory.path, "config.json"), "--lake", join(directory.path, "lake")];
    configure(["SYN0001", "SYN0002"]);
    // A Friday, 13:00 in New York.
    const tick = ["extract", "--interval", "15min", "--at", "2026-11-20T18:00:00Z"];
    await runCli([...access, ...tick, "--symbols", "SYN0001,SYN0002"]);
  }, 60_000);
  afterAll(() => directory.remove());

  test("ends with 0 while bars keep up with their market", async () => {
    const { exitCode, stdout, stderr } = await health("--at", "2026-11-20T18:10:00Z");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^healthy\n/);
    expect(stdout).toMatch(/^stock 15min +2026-11-20 17:45 +2026-11-20 16:45 +0 +0 of 2/m);
  });

  test("ends with 1 and says what is wrong where they do not, on a Sunday as well", async () => {
    const { exitCode, stdout, stderr } = await health("--at", "2026-11-22T12:00:00Z", "--format", "json");
    expect(exitCode).toBe(1);
    expect(stderr).toBe("error: the lake is not healthy: 1 problem, which stands in the answer\n");
    const { at, problems, freshness } = JSON.parse(stdout) as HealthReport;
    expect(at).toBe("2026-11-22T12:00:00.000Z");
    // From 18:00 to 21:00 UTC, when New York closes.
    expect(freshness).toMatchObject([{ barsBehind: 12, symbols: 2, symbolsBehind: 2 }]);
    expect(problems).toEqual([
      {
        subject: "stock 15min",
        problem:
          "12 bars behind, the newest is of 2026-11-20 17:45 UTC; that of 2026-11-20 20:45 UTC should be there",
      },
    ]);
  });

  test("misses symbols of the configuration that never came", async () => {
    configure(["SYN0001", "SYN0002", "SYN0003"]);
    const { exitCode, stdout } = await health("--at", "2026-11-20T18:10:00Z");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^stock 15min: 1 of 3 symbols \(33 %\) are behind: SYN0003\n/);
  });

  test("misses nothing where no market has symbols", async () => {
    configure([]);
    const { exitCode, stdout } = await health("--at", "2026-12-20T18:10:00Z");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "healthy\nno market of the configuration has symbols, so no bar is missed\n",
    });
  });
});
