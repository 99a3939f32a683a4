import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { describeError, TerminalError } from "../../core/errors.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Every class of ours that is an error, with the text of its body. */
function errorClasses(): { name: string; body: string }[] {
  return ["core", "lambdas"].flatMap((folder) =>
    readdirSync(`${repository}${folder}`, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .flatMap((path) => {
        const text = readFileSync(`${repository}${folder}/${path}`, "utf8");
        return [
          ...text.matchAll(
            /^(?:export )?class (\w+) extends (?:Marketlake|Terminal|Transient)Error \{(.*?)^\}/gms,
          ),
        ].map(([, name, body]) => ({ name: name!, body: body! }));
      }),
  );
}

describe("an error class", () => {
  test.each(errorClasses())(
    "$name spells out its name, which minified bundles would lose",
    ({ name, body }) => {
      expect(body).toContain(`override name: string = "${name}"`);
    },
  );
});

describe("the text of an error", () => {
  test("holds its causes, whatever was thrown", () => {
    const error = new TerminalError("outer", { cause: new Error("middle", { cause: 7 }) });
    expect(describeError(error)).toBe("outer (cause: middle (cause: 7))");
  });
});
