/**
 * `npm run test:simulation -- --seeds N [--from M]` runs many seeds of every simulation, `-- --seed N` replays one and tells
 * its options; `--of NAME` keeps to one simulation.
 */
import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";
import { simulateUpkeep } from "./upkeep/upkeep.ts";

interface Report {
  /** What was drawn from the seed. */
  readonly options: unknown;
  readonly problems: readonly string[];
}

const simulations: Readonly<Record<string, (seed: number) => Promise<Report>>> = {
  pipeline: simulate,
  upkeep: simulateUpkeep,
};

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "0" },
    of: { type: "string", default: Object.keys(simulations).join(",") },
  },
});
const problemsShown = 20;

const replay = (name: string, seed: number) =>
  `replay with npm run test:simulation -- --of ${name} --seed ${seed}`;

function tell(name: string, seed: number, { problems, options }: Report): void {
  console.error(`seed ${seed} of ${name}: ${problems.length} problems; ${replay(name, seed)}`);
  for (const problem of problems.slice(0, problemsShown)) console.error(`  ${problem}`);
  if (values.seed !== undefined) console.error(JSON.stringify(options, null, 2));
}

async function attempt(name: string, seed: number): Promise<boolean> {
  try {
    const report = await simulations[name]!(seed);
    if (report.problems.length > 0) tell(name, seed, report);
    else if (values.seed !== undefined) console.log(JSON.stringify(report, null, 2));
    return report.problems.length === 0;
  } catch (error) {
    console.error(`seed ${seed} of ${name}: ended with an error; ${replay(name, seed)}`, error);
    return false;
  }
}

const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
for (const name of values.of.split(",")) {
  const failed: number[] = [];
  for (let seed = from; seed < from + count; seed++) {
    if (!(await attempt(name, seed))) failed.push(seed);
  }
  const failures = failed.length > 0 ? `; failed: ${failed.join(" ")}` : "";
  console.log(`${name}: ${count - failed.length} of ${count} seeds passed${failures}`);
  if (failed.length > 0) process.exitCode = 1;
}
