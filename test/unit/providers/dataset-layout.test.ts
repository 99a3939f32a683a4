import { describe, expect, it } from "vitest";
import { datasetFiles, parseDatasetPath } from "../../../core/providers/dataset-layout.ts";

describe("dataset layout", () => {
  // The price basis of each file is stated in the README of the shared data.
  it.each([
    ["daily/stock.csv.gz", "stock", "1d", "split", ""],
    ["daily/stock-raw.csv.gz", "stock", "1d", "none", "raw"],
    ["daily/stock-bist.csv.gz", "stock", "1d", "split_dividend", "bist"],
    ["daily/index.csv", "index", "1d", "none", ""],
    ["intraday/stock-1min.csv.gz", "stock", "1min", "none", ""],
    ["intraday/stock-15min.csv.gz", "stock", "15min", "none", ""],
    ["intraday/crypto-hour.csv.gz", "crypto", "1h", "none", ""],
  ])("reads %s as %s %s, adjusted for %s", (path, assetClass, interval, adjustment, variant) => {
    expect(parseDatasetPath(path)).toEqual({ path, assetClass, interval, adjustment, variant });
  });

  it.each([
    "daily/stock-raw-factors.csv",
    "dirty/PRTA-1d-zero-row.csv",
    "daily/bonds.csv",
    "intraday/stock-7min.csv",
    "intraday/stock-daily.csv",
    "intraday/stock.csv",
    "daily/stock.parquet",
    "symbols.csv.gz",
  ])("passes over %s", (path) => {
    expect(parseDatasetPath(path)).toBeNull();
  });

  it("puts the plain file of a series before its variants", () => {
    const paths = ["daily/stock-bist.csv.gz", "daily/stock-raw.csv.gz", "daily/stock.csv.gz", "README.md"];
    expect(datasetFiles(paths).map(({ variant }) => variant)).toEqual(["", "bist", "raw"]);
  });
});
