/** The code base tests itself: rules that no linter knows. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const folders = ["bin", "lib", "lambdas", "core", "local", "cli", "web", "bench"];
const sources = globSync(
  folders.map((folder) => `${folder}/**/*.ts`),
  { cwd: root },
).map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** Which folders of ours a folder may import from. `lib` may name handlers by path only, never import them. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: ["core"],
  lambdas: ["lambdas", "core"],
  lib: [
    "lib",
    "core/tables",
    "core/market.ts",
    "core/settings.ts",
    "core/config",
    "core/errors.ts",
    "core/messages",
    "core/lake",
    "lambdas/*/env.ts",
    "lambdas/*/settings.ts",
  ],
  bin: ["lib", "local/config-file.ts", "core/config", "core/errors.ts"],
  local: ["local", "core", "lambdas", "lib"],
  cli: ["cli", "local", "core", "lambdas/shared/env.ts"],
  web: ["web"],
  bench: ["bench", "core", "local", "lambdas", "lib", "test/helpers"],
};

const importPattern = /(?:^|\n)\s*(?:import|export)\s(?:[^;]*?\sfrom\s)?"([^"]+)"|import\("([^"]+)"\)/g;

function importsOf({ path, text }: { path: string; text: string }) {
  return [...text.matchAll(importPattern)].map((match) => {
    const specifier = (match[1] ?? match[2])!;
    const target = specifier.startsWith(".") ? relative(root, resolve(root, dirname(path), specifier)) : null;
    return { specifier, target };
  });
}

function isAllowed(target: string, rule: string): boolean {
  const pattern = rule.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join("[^/]+")}($|/)`).test(target);
}

test("folders import only what the architecture allows", () => {
  const broken = sources.flatMap((source) => {
    const rules = mayImport[source.path.split("/")[0]!]!;
    return importsOf(source)
      .filter(({ target }) => target !== null && !rules.some((rule) => isAllowed(target, rule)))
      .map(({ specifier }) => `${source.path} imports ${specifier}`);
  });
  expect(broken).toEqual([]);
});

test("core imports no I/O: of Node only pure functions, of packages only pure ones", () => {
  const pure = [
    "node:zlib",
    "node:crypto",
    "zod",
    "hyparquet",
    "hyparquet-writer",
    "temporal-polyfill",
    "croner",
  ];
  const broken = sources
    .filter(({ path }) => path.startsWith("core/"))
    .flatMap((source) =>
      importsOf(source)
        .filter(
          ({ specifier, target }) =>
            target === null && !pure.some((name) => specifier === name || specifier.startsWith(`${name}/`)),
        )
        .map(({ specifier }) => `${source.path} imports ${specifier}`),
    );
  expect(broken).toEqual([]);
});

test("core reads no clock, no chance, no environment and writes no console", () => {
  const banned =
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\.now\(|\bconsole\.|\bsetTimeout\(|Temporal\.Now/;
  const broken = sources
    .filter(({ path, text }) => path.startsWith("core/") && banned.test(text))
    .map(({ path }) => path);
  expect(broken).toEqual([]);
});

test("files read in one sitting", () => {
  const linesMax = 400;
  const long = sources.filter(({ text }) => text.split("\n").length > linesMax).map(({ path }) => path);
  expect(long).toEqual([]);
});

test("nothing is left behind to do later", () => {
  // The words are spelled in halves so that this file does not find itself.
  const halves = [
    ["TO", "DO"],
    ["FIX", "ME"],
    ["X", "XX"],
    ["HA", "CK"],
  ];
  const words = new RegExp(`\\b(${halves.map((pair) => pair.join("")).join("|")})\\b`);
  expect(sources.filter(({ text }) => words.test(text)).map(({ path }) => path)).toEqual([]);
});

test("paths named in the documentation exist", () => {
  const documents = globSync(["*.md", "docs/**/*.md"], { cwd: root });
  const named = /`((?:bin|lib|lambdas|core|local|cli|sql|test|bench|docs)\/[\w./-]*)`/g;
  const missing = documents.flatMap((document) =>
    [...readFileSync(join(root, document), "utf8").matchAll(named)]
      .map((match) => match[1]!)
      .filter((path) => globSync(path.replace(/\/$/, ""), { cwd: root }).length === 0)
      .map((path) => `${document}: ${path}`),
  );
  expect(missing).toEqual([]);
});
