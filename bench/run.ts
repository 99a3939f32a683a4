/** `npm run bench [-- filter…]`: runs `*.bench.ts` whose name contains a filter, prints a table, writes `results/latest.json`. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { formatResult, machineFacts, type BenchResult } from "./harness.ts";

const filters = process.argv.slice(2);
const here = new URL("./", import.meta.url);
const files = (await readdir(here))
  .filter((file) => file.endsWith(".bench.ts"))
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort();
if (files.length === 0) {
  console.error(`no benchmark matches ${filters.map((filter) => `"${filter}"`).join(", ")}`);
  process.exitCode = 2;
}

const machine = machineFacts();
console.log(
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}, Node ${machine.node}, load ${machine.load}\n`,
);
const results: BenchResult[] = [];
for (const file of files) {
  const { run } = (await import(new URL(file, here).href)) as { run: () => Promise<BenchResult[]> };
  for (const result of await run()) {
    results.push(result);
    console.log(`${formatResult(result)}\n`);
  }
}

// A filtered run says nothing about the other benchmarks, so it leaves the last complete result alone.
if (filters.length === 0) {
  await mkdir(new URL("results/", here), { recursive: true });
  await writeFile(new URL("results/latest.json", here), `${JSON.stringify({ machine, results }, null, 2)}\n`);
}
