/** Options that several commands share, and how their texts become values. A text that does not fit is a usage error. */
import { InvalidArgumentError, Option } from "commander";
import { assetClasses, intervals, parseInterval, type Interval } from "../core/market.ts";
import { outputFormats } from "./format/index.ts";

export const defaultLakeDirectory = ".marketlake";

export const lakeOption = () =>
  new Option("--lake <dir>", "directory of the lake").default(defaultLakeDirectory).env("MARKETLAKE_DIR");

export const configOption = () =>
  new Option(
    "--config <file>",
    "configuration (default: marketlake.config.json of this directory, if there is one)",
  ).env("MARKETLAKE_CONFIG");

export const assetClassOption = () =>
  new Option("--asset-class <class>", "what the symbols are").choices(assetClasses).makeOptionMandatory();

export const intervalOption = () =>
  new Option("--interval <interval>", `length of the bars: ${intervals.join(", ")}`)
    .argParser(interval)
    .makeOptionMandatory();

export const formatOption = () =>
  new Option("--format <format>", "table for people; csv and json are lossless")
    .choices(outputFormats)
    .default("table");

export const tableOrJsonOption = () =>
  new Option("--format <format>", "table for people, json for programs")
    .choices(["table", "json"])
    .default("table");

export function interval(text: string): Interval {
  const parsed = parseInterval(text);
  if (parsed === undefined) throw new InvalidArgumentError(`Known intervals are ${intervals.join(", ")}.`);
  return parsed;
}

/** A date (its first instant in UTC) or an ISO-8601 time with its zone, as UTC ms. */
export function time(text: string): number {
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const ms = isTime ? Date.parse(text) : Number.NaN;
  // 2026-02-31 would roll over into March.
  const isReal =
    !Number.isNaN(ms) && !(text.length === 10 && new Date(ms).toISOString().slice(0, 10) !== text);
  if (!isReal) {
    throw new InvalidArgumentError(
      'A time is a date such as "2026-11-20", or "2026-11-20T21:00:00Z" with its zone.',
    );
  }
  return ms;
}

/** ISO 4217, e.g. `USD`. */
export function currency(text: string): string {
  if (!/^[A-Z]{3}$/.test(text))
    throw new InvalidArgumentError('A currency is an ISO 4217 code such as "USD".');
  return text;
}

/** Provider ids stand in object keys. */
export function providerId(text: string): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(text)) {
    throw new InvalidArgumentError(
      "A provider id has lower-case letters, digits, hyphens and underscores only.",
    );
  }
  return text;
}

/** An http(s) address, without a slash at its end. */
export function baseUrl(text: string): string {
  if (!/^https?:\/\/[^\s/]+(\/\S*[^\s/])?$/.test(text)) {
    throw new InvalidArgumentError(
      'An address is such as "http://127.0.0.1:8088", without a slash at its end.',
    );
  }
  return text;
}

/** `AAPL,MSFT`. */
export function symbolList(text: string): string[] {
  const symbols = text.split(",").map((symbol) => symbol.trim());
  if (symbols.includes(""))
    throw new InvalidArgumentError('Symbols are separated by single commas: "AAPL,MSFT".');
  return symbols;
}
