/** Real bars that come with npm packages, so that the demo has some without a download. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { TerminalError } from "../../core/errors.ts";
import type { Series } from "../../core/lake/keys.ts";
import type { Adjustment } from "../../core/market.ts";

export interface SampleDataset extends Series {
  readonly symbol: string;
  readonly adjustment: Adjustment;
  readonly currency: string;
  /** Package and licence, for whoever asks where the bars come from. */
  readonly source: string;
  /** CSV with the header `symbol,ts,open,high,low,close,adj_close,volume`. */
  readonly csv: () => Promise<Uint8Array>;
}

/** Both come from Yahoo Finance: prices in USD, volume in shares. */
export const sampleDatasets: readonly SampleDataset[] = [
  {
    assetClass: "stock",
    interval: "1d",
    symbol: "AAPL",
    // The 7:1 split of 2014-06-09 is no gap in it; dividends are in the adjusted close alone.
    adjustment: "split",
    currency: "USD",
    source: "@observablehq/sample-datasets, aapl.csv (ISC): AAPL 2013-05-13 to 2018-05-11",
    csv: () => withSymbol("AAPL", "@observablehq/sample-datasets/aapl.csv"),
  },
  {
    assetClass: "index",
    interval: "1d",
    symbol: "^GSPC",
    adjustment: "none",
    currency: "USD",
    source: "vega-datasets, sp500-2000.csv (BSD-3-Clause): S&P 500 2000-01-03 to 2020-04-17",
    // The package exports its code alone; the data lie beside it.
    csv: () => withSymbol("^GSPC", "vega-datasets", "../data/sp500-2000.csv"),
  },
];

/** What the packages' files call our columns, in their order. */
const packageHeader = "date,open,high,low,close,adj close,volume";
const ourHeader = "symbol,ts,open,high,low,close,adj_close,volume";

/** The rows of a package's file as they are, with the symbol before them. */
async function withSymbol(symbol: string, module: string, path = ""): Promise<Uint8Array> {
  const url = new URL(path, import.meta.resolve(module));
  const [header, ...rows] = (await readFile(url, "utf8")).trimEnd().split(/\r?\n/);
  if (header?.toLowerCase().replace("adjclose", "adj close") !== packageHeader) {
    throw new TerminalError(
      `sample file "${fileURLToPath(url)}": expected the header "${packageHeader}", got "${header}"; install the version of its package that package-lock.json names`,
    );
  }
  return Buffer.from([ourHeader, ...rows.map((row) => `${symbol},${row}`), ""].join("\n"));
}
