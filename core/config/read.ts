/** A configuration as people write it: read, and every mistake explained with its place. */
import * as z from "zod";
import { ConfigError } from "../errors.ts";
import { marketlakeConfigSchema, type MarketlakeConfig } from "./schema.ts";

export interface ConfigProblem {
  /** Place in the file, such as `markets.stock.providers[0]`; empty for the file as a whole. */
  readonly path: string;
  /** What was expected, what came, what to do. */
  readonly message: string;
}

/** Longest text of a refused value that is shown. */
const valueTextMax = 60;
/** Names that differ by more letters are not taken for a slip. */
const slipLettersMax = 3;

export type ReadConfig =
  | { readonly config: MarketlakeConfig; readonly problems: readonly [] }
  | { readonly config: null; readonly problems: readonly ConfigProblem[] };

/** Reads the text of a configuration file; all problems are found at once. */
export function readConfig(json: string): ReadConfig {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { config: null, problems: [{ path: "", message: `is not JSON: ${(error as Error).message}` }] };
  }
  const result = marketlakeConfigSchema.safeParse(value);
  if (result.success) return { config: result.data, problems: [] };
  return { config: null, problems: result.error.issues.flatMap((issue) => problemsOf(issue, value)) };
}

/**
 * As `readConfig`, for those who cannot go on without.
 * @param name of the file, for the error
 * @throws ConfigError that lists every problem.
 */
export function parseConfig(json: string, name: string): MarketlakeConfig {
  const { config, problems } = readConfig(json);
  if (config !== null) return config;
  throw new ConfigError(`configuration "${name}" cannot be used; correct it:\n${problemLines(problems)}`);
}

/** One line per problem. */
export const problemLines = (problems: readonly ConfigProblem[]): string =>
  problems.map(({ path, message }) => `  ${path === "" ? "the file" : path}: ${message}`).join("\n");

function problemsOf(issue: z.core.$ZodIssue, root: unknown): ConfigProblem[] {
  const path = z.core.toDotPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(issue.path);
    return issue.keys.map((key) => ({
      path: path === "" ? key : `${path}.${key}`,
      message: `is not known here; ${nearest(key, known)}`,
    }));
  }
  const value = valueAt(root, issue.path);
  const came = value === undefined ? "" : `; got ${excerpt(value)}`;
  const advice =
    issue.code === "invalid_value" && typeof value === "string"
      ? `; ${nearest(value, issue.values.map(String))}`
      : "";
  return [{ path, message: `${lowerFirst(issue.message)}${came}${advice}` }];
}

/** What may stand in the object at a path of the schema. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const there = path.reduce<unknown>(
    (schema, key) =>
      schema instanceof z.core.$ZodObject ? inner(schema._zod.def.shape[String(key)]) : undefined,
    marketlakeConfigSchema,
  );
  return there instanceof z.core.$ZodObject ? Object.keys(there._zod.def.shape) : [];
}

/** A schema without its defaults. */
function inner(schema: unknown): unknown {
  const hasInner =
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodNullable;
  return hasInner ? inner(schema._zod.def.innerType) : schema;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value === null || typeof value !== "object"
        ? undefined
        : (value as Readonly<Record<PropertyKey, unknown>>)[key],
    root,
  );
}

function nearest(word: string, known: readonly string[]): string {
  const close = known
    .map((name) => ({ name, distance: lettersApart(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= slipLettersMax)
    .sort((a, b) => a.distance - b.distance)[0];
  if (close !== undefined) return `did you mean "${close.name}"?`;
  return known.length === 0 ? "take it away" : `use one of ${known.join(", ")}`;
}

/** Levenshtein's distance. */
function lettersApart(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= valueTextMax ? text : `${text.slice(0, valueTextMax)}…`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
