/** Mistakes in a configuration, explained with their place. */
import * as z from "zod";
import { nearest } from "../nearest.ts";
import { marketlakeConfigSchema } from "./schema.ts";

export interface ConfigProblem {
  /** Place in the file, such as `markets.stock.providers[0]`; empty for the file as a whole. */
  readonly path: string;
  /** What was expected, what came, what to do. */
  readonly message: string;
}

/** Longest text of a refused value that is shown. */
const valueTextMax = 60;

/** One line per problem. */
export const problemLines = (problems: readonly ConfigProblem[]): string =>
  problems.map(({ path, message }) => `  ${path === "" ? "the file" : path}: ${message}`).join("\n");

/** A mistake at its place, as the names and indexes that lead there. */
export interface PlacedProblem {
  readonly place: readonly PropertyKey[];
  readonly message: string;
}

/**
 * What is wrong about a value, all at once; a missing value is never wrong.
 * @param others names that may stand beside those of the configuration
 */
export function explain(
  { issues }: z.core.$ZodError,
  root: unknown,
  others: readonly string[] = [],
): PlacedProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      const known = [...keysAt(issue.path), ...(issue.path.length === 0 ? others : [])];
      return issue.keys.map((key) => ({
        place: [...issue.path, key],
        message: `is not known here; ${nearest(key, known)}`,
      }));
    }
    const value = valueAt(root, issue.path);
    const came = value === undefined ? "" : `; got ${excerpt(value)}`;
    const advice =
      issue.code === "invalid_value" && typeof value === "string"
        ? `; ${nearest(value, issue.values.map(String))}`
        : "";
    return [{ place: issue.path, message: `${lowerFirst(issue.message)}${came}${advice}` }];
  });
}

/** The problem as it is shown. */
export const shown = ({ place, message }: PlacedProblem): ConfigProblem => ({
  path: z.core.toDotPath(place),
  message,
});

/** What stands at a place; undefined for nothing. */
export function valueAt(root: unknown, place: readonly PropertyKey[]): unknown {
  return place.reduce<unknown>(
    (value, key) =>
      value === null || typeof value !== "object"
        ? undefined
        : (value as Readonly<Record<PropertyKey, unknown>>)[key],
    root,
  );
}

/** What may stand in the object at a place of the schema. */
function keysAt(place: readonly PropertyKey[]): string[] {
  const there = place.reduce<unknown>(
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

function excerpt(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= valueTextMax ? text : `${text.slice(0, valueTextMax)}…`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
