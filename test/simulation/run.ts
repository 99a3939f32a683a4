/** `npm run test:simulation -- --seeds N [--from M]` runs many seeds, `-- --seed N` replays one and tells its options. */
import { parseArgs } from "node:util";
import { simulate, type SimulationReport } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "0" },
  },
});
const problemsShown = 20;

function tell({ seed, problems, options }: SimulationReport): void {
  console.error(
    `seed ${seed}: ${problems.length} problems; replay with npm run test:simulation -- --seed ${seed}`,
  );
  for (const problem of problems.slice(0, problemsShown)) console.error(`  ${problem}`);
  if (values.seed !== undefined) console.error(JSON.stringify(options, null, 2));
}

async function attempt(seed: number): Promise<boolean> {
  try {
    const report = await simulate(seed);
    if (report.problems.length > 0) tell(report);
    else if (values.seed !== undefined) console.log(JSON.stringify(report, null, 2));
    return report.problems.length === 0;
  } catch (error) {
    console.error(
      `seed ${seed}: ended with an error; replay with npm run test:simulation -- --seed ${seed}`,
      error,
    );
    return false;
  }
}

const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const failed: number[] = [];
for (let seed = from; seed < from + count; seed++) {
  if (!(await attempt(seed))) failed.push(seed);
}
console.log(
  `${count - failed.length} of ${count} seeds passed${failed.length > 0 ? `; failed: ${failed.join(" ")}` : ""}`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
