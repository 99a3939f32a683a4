/**
 * A JSON array with one object per row. What JSON cannot hold follows the JSON mapping of Protocol Buffers
 * (https://protobuf.dev/programming-guides/json/): integers beyond 2^53 and the doubles NaN and ±Infinity are strings,
 * so that no reader rounds or rejects them.
 */
import type { QueryValue } from "../../core/ports.ts";
import type { Rows } from "./rows.ts";

export function* formatJson({ columns, rows }: Rows): Generator<string> {
  if (rows.length === 0) {
    yield "[]\n";
    return;
  }
  const names = distinctNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name));
  for (const [index, row] of rows.entries()) {
    const fields = names.map((name, column) => `${name}: ${jsonValue(row[column]!)}`);
    yield `${index === 0 ? "[\n" : ",\n"}  {${fields.join(", ")}}`;
  }
  yield "\n]\n";
}

function jsonValue(value: QueryValue): string {
  if (typeof value === "bigint") return isExact(value) ? String(value) : `"${value}"`;
  if (typeof value === "number" && !Number.isFinite(value)) return `"${value}"`;
  return JSON.stringify(value);
}

function isExact(value: bigint): boolean {
  return Number.isSafeInteger(Number(value));
}

/** `select 1 as a, 2 as a` has two columns of one name; an object would lose one of them. */
function distinctNames(names: readonly string[]): string[] {
  const used = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let n = 1; seen.has(distinct); n++) {
      const candidate = `${name}_${n}`;
      if (!used.has(candidate)) distinct = candidate;
    }
    seen.add(distinct);
    return distinct;
  });
}
