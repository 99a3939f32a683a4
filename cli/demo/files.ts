/** The files that the demo loads: a directory that someone names, or real bars that come with npm packages. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerminalError } from "../../core/errors.ts";
import { datasetFiles, factorFiles } from "../../core/providers/dataset-layout.ts";
import { sampleDatasets } from "../../local/demo/sample-datasets.ts";
import { DirectoryDataset } from "../../local/files/directory-dataset.ts";
import type { LoadFile } from "../../local/runtime.ts";

export interface DemoFiles extends AsyncDisposable {
  /** A group is loaded after the one before it, so that its rows are newer. */
  readonly groups: readonly (readonly LoadFile[])[];
}

/**
 * Every file of bars in a dataset directory, and of the factors beside them. Unadjusted prices (`-raw`) come first, so that adjusted ones of the same
 * bars supersede them.
 * @throws TerminalError where the directory cannot be listed or holds no file of bars.
 */
export async function directoryFiles(directory: string): Promise<DemoFiles> {
  const paths = await new DirectoryDataset(directory).list();
  const found = datasetFiles(paths);
  if (found.length === 0) {
    throw new TerminalError(
      `directory "${directory}" holds no bars; expected files such as daily/stock.csv.gz or intraday/crypto-1min.csv`,
    );
  }
  const files = found.map(({ variant, path, assetClass, interval, adjustment }) => ({
    isRaw: variant === "raw",
    file: { path: join(directory, path), assetClass, interval, adjustment, currency: null, provider: "csv" },
  }));
  const actions: LoadFile[] = factorFiles(paths).map(({ path, assetClass }) => ({
    path: join(directory, path),
    content: "actions",
    assetClass,
    interval: "1d",
    adjustment: "none",
    currency: null,
    provider: "lean",
  }));
  const group = (isRaw: boolean) => files.filter((entry) => entry.isRaw === isRaw).map(({ file }) => file);
  return {
    groups: [[...actions, ...group(true)], group(false)].filter((files) => files.length > 0),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Real bars from npm packages, as files for the time of the demo. */
export async function sampleFiles(): Promise<DemoFiles> {
  const directory = await mkdtemp(join(tmpdir(), "marketlake-demo-"));
  const files: LoadFile[] = [];
  for (const { symbol, csv, assetClass, interval, adjustment, currency } of sampleDatasets) {
    const path = join(directory, `${symbol.replace("^", "")}-${interval}.csv`);
    await writeFile(path, await csv());
    files.push({ path, assetClass, interval, adjustment, currency, provider: "csv" });
  }
  return {
    groups: [files],
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
