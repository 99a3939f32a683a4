import { expect, test } from "vitest";
import { simulate } from "./simulate.ts";

/** More, and other, seeds: `npm run test:simulation -- --seeds N`. */
const seeds = 200;
const groups = 10;

const perGroup = seeds / groups;
test.each(Array.from({ length: groups }, (_, i) => i * perGroup))(
  `the lake is right after every course of events, seeds %i to ${perGroup - 1} further`,
  async (from) => {
    for (let seed = from; seed < from + perGroup; seed++) {
      const { problems } = await simulate(seed);
      expect(problems, `replay with npm run test:simulation -- --seed ${seed}`).toEqual([]);
    }
  },
);
