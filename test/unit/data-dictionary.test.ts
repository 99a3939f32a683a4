import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dataDictionary } from "../../core/tables/dictionary.ts";
import { tables } from "../../core/tables/index.ts";
import { views } from "../../core/tables/views.ts";

test("docs/data-dictionary.md is what the declarations say", () => {
  const written = readFileSync(new URL("../../docs/data-dictionary.md", import.meta.url), "utf8");
  expect(
    written === dataDictionary(),
    "run: npm run -s marketlake -- tables --markdown > docs/data-dictionary.md",
  ).toBe(true);
});

test("names of tables and views are unique, and so are the columns of each table", () => {
  const names = [...tables, ...views].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, columns, partitions } of tables) {
    const all = [...columns, ...partitions].map((column) => column.name);
    expect(new Set(all).size, `columns of ${name}`).toBe(all.length);
  }
});

test("every column says what it means, and every key column exists", () => {
  for (const table of tables) {
    const all = [...table.columns, ...table.partitions];
    for (const { name, doc } of all) expect(doc.length, `${table.name}.${name}`).toBeGreaterThanOrEqual(10);
    for (const key of table.key)
      expect(
        all.some(({ name }) => name === key),
        `${table.name}: key ${key}`,
      ).toBe(true);
  }
});
