import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { difference, merge, type JsonObject } from "../../core/config/overrides.ts";

const { json } = fc.letrec<{ json: unknown; object: JsonObject }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    fc.integer(),
    fc.constant(null),
    fc.array(fc.integer()),
    tie("object"),
  ),
  object: fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), tie("json"), { maxKeys: 3 }),
}));
const object = fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), json, { maxKeys: 4 });

describe("overrides", () => {
  test("that are empty change nothing", () => {
    fc.assert(
      fc.property(object, (value) => {
        expect(merge(value, {})).toEqual(value);
      }),
    );
  });

  test("laid over nothing are the result", () => {
    fc.assert(
      fc.property(object, (override) => {
        expect(merge({}, override)).toEqual(override);
      }),
    );
  });

  test("that are not objects take the place of what was there", () => {
    const plain = fc.oneof(fc.integer(), fc.constant(null), fc.array(fc.integer()));
    fc.assert(
      fc.property(object, plain, (value, override) => {
        expect(merge(value, { a: override })).toEqual({ ...value, a: override });
      }),
    );
  });

  test("laid over a value twice are as laid over it once", () => {
    fc.assert(
      fc.property(object, object, (value, override) => {
        const once = merge(value, override);
        expect(merge(once, override)).toEqual(once);
      }),
    );
  });

  test("leave what they do not name", () => {
    fc.assert(
      fc.property(object, json, (value, override) => {
        const { a: _, ...others } = value;
        expect(merge(value, { a: override })).toMatchObject(others);
      }),
    );
  });

  test("are found by comparison: the difference makes one into the other", () => {
    fc.assert(
      fc.property(object, object, (value, override) => {
        const wanted = merge(value, override) as JsonObject;
        expect(merge(value, difference(wanted, value))).toEqual(wanted);
      }),
    );
  });
});
