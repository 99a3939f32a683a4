import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stageConfig } from "../../core/config/index.ts";
import { defaultLakeSettings } from "../../core/settings.ts";
import { LakeRuntime } from "../../local/runtime.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

describe("an embedded lake with a base currency", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let lake: LakeRuntime;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    const settings = { ...defaultLakeSettings, baseCurrency: { code: "INR", carryDays: 7 } };
    const stage = { ...stageConfig("local"), lake: settings };
    lake = await LakeRuntime.open(join(directory.path, "lake"), { create: true, threads: 0, stage });
  });
  afterAll(async () => {
    await lake.close();
    await directory.remove();
  });

  async function load(assetClass: "stock" | "forex", currency: string, row: string): Promise<void> {
    const path = join(directory.path, `${assetClass}.csv`);
    await writeFile(path, `symbol,ts,open,high,low,close,volume\n${row}\n`);
    const file = { path, assetClass, currency, interval: "1d", adjustment: "none", provider: "csv" } as const;
    const [outcome] = await lake.load([file]);
    if ("error" in outcome!) throw outcome.error;
    await lake.drain();
  }

  it("converts bars with rates that came later, within what the functions' roles grant", async () => {
    await load("stock", "USD", "AAPL,2026-01-05,250,260,240,250,1000");
    await load("forex", "INR", "USDINR,2026-01-02,90,90,90,90,0");
    const { rows } = await lake.query("select close_base, fx_rate from bars_daily where symbol = 'AAPL'");
    expect(rows).toEqual([[22_500, 90]]);
  });
});
