import { expect, test } from "vitest";
import { describeError } from "../../core/errors.ts";
import { simulateUpkeep } from "./upkeep/upkeep.ts";

/** More, and other, seeds: `npm run test:simulation -- --of upkeep --seeds N`. */
const seeds = 40;
const seedsPerTest = 10;

const stretches = Array.from({ length: seeds / seedsPerTest }, (_, i) => ({
  first: i * seedsPerTest,
  last: (i + 1) * seedsPerTest - 1,
}));

test.each(stretches)(
  "a lake that is kept current ends as if nothing had gone wrong, in each of the seeds $first to $last",
  async ({ first, last }) => {
    for (let seed = first; seed <= last; seed++) {
      const problems = await simulateUpkeep(seed).then(
        (report) => report.problems,
        (error: unknown) => [`ended with an error: ${describeError(error)}`],
      );
      expect(problems, `replay with npm run test:simulation -- --of upkeep --seed ${seed}`).toEqual([]);
    }
  },
);
