/** Options that several commands share, and how their texts become values. A text that does not fit is a usage error. */
import { InvalidArgumentError, Option } from "commander";
import { assetClasses, intervalMs, intervals, parseInterval, type Interval } from "../core/market.ts";
import { pollEveryMsMin } from "../core/schedule/pacing.ts";
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

/** How often a market is polled, ms: `5` or `5min`, `30s`, `1h`. */
export function pollInterval(text: string): number {
  const [, number, unit = "min"] = /^(\d{1,5})(s|m|min|h)?$/.exec(text) ?? [];
  const ms =
    Number(number) * { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 }[unit as "s" | "m" | "min" | "h"];
  if (!(ms >= pollEveryMsMin && ms <= intervalMs["1d"])) {
    throw new InvalidArgumentError(
      `It is a number of minutes such as "5", or has its unit: "30s", "5min", "1h"; at least ${pollEveryMsMin / 1_000}s and at most a day.`,
    );
  }
  return ms;
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
