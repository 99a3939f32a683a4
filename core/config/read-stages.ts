/** Stages: what the file says, with what each of them does otherwise laid over it. */
import { isJsonObject, merge, type JsonObject } from "./overrides.ts";
import { explain, valueAt, type PlacedProblem } from "./problems.ts";
import { marketlakeConfigSchema, type MarketlakeConfig } from "./schema.ts";
import { builtInStages, stageNamePattern } from "./stages.ts";

/** Complete configurations by stage, and what is wrong about the others. */
interface ReadStages {
  readonly configs: ReadonlyMap<string, MarketlakeConfig>;
  readonly problems: readonly PlacedProblem[];
}

/**
 * Reads the stages that are built in and those of the file.
 * @param ofBase what is wrong about the base already, which no stage is to be blamed for
 */
export function readStages(base: JsonObject, stages: unknown, ofBase: readonly PlacedProblem[]): ReadStages {
  if (!isJsonObject(stages)) {
    const message = 'expected an object of overrides by stage, such as {"prod": {}}';
    return { configs: new Map(), problems: [{ place: ["stages"], message }] };
  }
  const configs = new Map<string, MarketlakeConfig>();
  const problems: PlacedProblem[] = [];
  const known = new Set(ofBase.map(identity));
  for (const name of new Set([...Object.keys(builtInStages), ...Object.keys(stages)])) {
    const place = ["stages", name];
    const override = name in stages ? stages[name] : {};
    if (!stageNamePattern.test(name)) {
      problems.push({
        place,
        message: "expected a name of 1 to 16 lower-case letters and digits, a letter first",
      });
    }
    if (!isJsonObject(override) || "stages" in override) {
      problems.push({ place, message: "expected an object like the file itself, without stages of its own" });
      continue;
    }
    // What is built in stands below the file: whatever a person has written wins over it.
    const merged = merge(merge(builtInStages[name] ?? {}, base), override);
    const read = marketlakeConfigSchema.safeParse(merged);
    if (read.success) configs.set(name, read.data);
    else {
      const own = explain(read.error, merged, ["stages"]).filter(
        (problem) => !known.has(identity(problem)) || isIn(override, problem),
      );
      problems.push(...own.map((problem) => ({ ...problem, place: [...place, ...problem.place] })));
    }
  }
  return { configs, problems };
}

/** Whether the stage itself says what is wrong, and does not only inherit it. */
const isIn = (override: JsonObject, { place }: PlacedProblem) => valueAt(override, place) !== undefined;

const identity = ({ place, message }: PlacedProblem) => JSON.stringify([place, message]);
