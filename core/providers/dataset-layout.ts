/**
 * The layout of a dataset directory: `daily/<asset class>[-<variant>].csv[.gz]` and
 * `intraday/<asset class>-<interval>.csv[.gz]`, the interval by any name that `parseInterval` knows.
 */
import { assetClasses, parseInterval, type Adjustment, type AssetClass } from "../market.ts";
import type { BarFile } from "./dataset.ts";

export interface DatasetFile extends BarFile {
  /** What distinguishes files of one series, e.g. `bist` or `raw`; empty for the plain file. */
  readonly variant: string;
}

/**
 * What a path says of its file, or null where it is no file of bars.
 *
 * Daily stocks and ETFs are split-adjusted, as the usual vendors deliver them, except `-raw` (as traded) and `-bist`
 * (dividends too). Everything else, and everything intraday, is as traded.
 */
export function parseDatasetPath(path: string): DatasetFile | null {
  const match = pathPattern.exec(path);
  if (match === null) return null;
  const [, directory, assetClass, suffix = ""] = match as unknown as [string, string, AssetClass, string?];
  if (directory === "intraday") {
    const interval = parseInterval(suffix);
    if (interval === undefined || interval === "1d") return null;
    return { path, assetClass, interval, adjustment: "none", variant: "" };
  }
  // LEAN's adjustment factors lie beside the bars that they apply to.
  if (suffix.endsWith("factors")) return null;
  return {
    path,
    assetClass,
    interval: "1d",
    adjustment: dailyAdjustment(assetClass, suffix),
    variant: suffix,
  };
}

const pathPattern = new RegExp(
  `^(daily|intraday)/(${assetClasses.join("|")})(?:-([a-z0-9-]+))?\\.csv(?:\\.gz)?$`,
);

function dailyAdjustment(assetClass: AssetClass, variant: string): Adjustment {
  if (variant === "raw") return "none";
  if (variant === "bist") return "split_dividend";
  return assetClass === "stock" || assetClass === "etf" ? "split" : "none";
}

const factorsPattern = new RegExp(
  `^daily/(${assetClasses.join("|")})(?:-[a-z0-9-]+)?-factors\\.csv(?:\\.gz)?$`,
);

/** LEAN's factor files among `paths`, from which splits and dividends follow. */
export function factorFiles(paths: readonly string[]): { path: string; assetClass: AssetClass }[] {
  return paths.flatMap((path) => {
    const match = factorsPattern.exec(path);
    return match === null ? [] : [{ path, assetClass: match[1] as AssetClass }];
  });
}

/** The bar files among `paths`: those of a series together, its plain file first. */
export function datasetFiles(paths: readonly string[]): DatasetFile[] {
  const files = paths.map(parseDatasetPath).filter((file) => file !== null);
  const rank = (file: DatasetFile) => `${file.assetClass}/${file.interval}/${file.variant}`;
  return files.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}
