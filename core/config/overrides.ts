/** Overrides of one JSON value by another: objects are merged name by name, everything else takes the place of what was there. */

export type JsonObject = { readonly [name: string]: unknown };

/** Whether it is merged; arrays and null are values. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `value` with `override` laid over it. An empty override changes nothing, and of several the later wins. */
export function merge(value: unknown, override: unknown): unknown {
  if (!isJsonObject(value) || !isJsonObject(override)) return override;
  const merged = new Map(Object.entries(value));
  for (const [name, over] of Object.entries(override)) {
    merged.set(name, merged.has(name) ? merge(merged.get(name), over) : over);
  }
  return Object.fromEntries(merged);
}

/** The least override that makes `value` into `wanted`, which has every name that `value` has. */
export function difference(wanted: JsonObject, value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, want]) => {
      const have = Object.hasOwn(value, name) ? value[name] : undefined;
      if (JSON.stringify(want) === JSON.stringify(have)) return [];
      return [[name, isJsonObject(want) && isJsonObject(have) ? difference(want, have) : want]];
    }),
  );
}
