import { expect, test } from "vitest";
import { describeError } from "../../core/errors.ts";
import { simulate } from "./simulate.ts";

/** More, and other, seeds: `npm run test:simulation -- --seeds N`. */
const seeds = 200;
const seedsPerTest = 20;

const stretches = Array.from({ length: seeds / seedsPerTest }, (_, i) => ({
  first: i * seedsPerTest,
  last: (i + 1) * seedsPerTest - 1,
}));

test.each(stretches)(
  "the lake is right after the course of events of each of the seeds $first to $last",
  async ({ first, last }) => {
    for (let seed = first; seed <= last; seed++) {
      const problems = await simulate(seed).then(
        (report) => report.problems,
        (error: unknown) => [`ended with an error: ${describeError(error)}`],
      );
      expect(problems, `replay with npm run test:simulation -- --seed ${seed}`).toEqual([]);
    }
  },
);
