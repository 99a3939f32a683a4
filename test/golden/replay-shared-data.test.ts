/** Every row of real files comes out of the replay provider exactly once, byte for byte. */
import { describe, expect, it } from "vitest";
import { datasetFiles } from "../../core/providers/dataset-layout.ts";
import { createReplayProvider } from "../../core/providers/replay/index.ts";
import { DirectoryDataset } from "../../local/files/directory-dataset.ts";
import { hasSharedData, readSharedText, sharedDataDirectory } from "../helpers/shared-data.ts";
import { noIo } from "../helpers/provider-io.ts";

describe.skipIf(!hasSharedData)("replay of real files (needs ../shared/data)", () => {
  it.each([
    ["daily/commodity.csv.gz", "commodity", "1d"],
    ["intraday/stock-15min.csv.gz", "stock", "15min"],
    ["intraday/crypto-hour.csv.gz", "crypto", "1h"],
  ] as const)(
    "gives the rows of %s tick by tick as it gives them at once",
    async (path, assetClass, interval) => {
      const reader = new DirectoryDataset(sharedDataDirectory);
      const file = datasetFiles([path]);
      const provider = createReplayProvider(reader, file);
      const lines = readSharedText(path).trim().split("\n").slice(1);
      const symbols = [...new Set(lines.map((line) => line.slice(0, line.indexOf(","))))];
      const times = lines.map((line) => Date.parse(line.split(",")[1]!)).sort((a, b) => a - b);
      const [first, last] = [times[0]!, times.at(-1)!];
      const stepMs = Math.ceil((last - first + 1) / 50);
      const played: string[] = [];
      for (let fromMs = first; fromMs <= last; fromMs += stepMs) {
        const query = {
          assetClass,
          interval,
          symbols,
          fromMs,
          toMs: fromMs + stepMs,
          asOfMs: fromMs + stepMs + 86_400_000,
        };
        for (const request of provider.transformQuery(query)) {
          const { body } = await provider.extract(request, noIo);
          played.push(...Buffer.from(body).toString().trimEnd().split("\n").slice(1));
        }
      }
      expect(played.sort()).toEqual(lines.sort());
    },
  );
});
