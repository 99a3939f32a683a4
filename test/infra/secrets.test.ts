import { describe, expect, it } from "vitest";
import { stageConfig } from "../../core/config/index.ts";
import { resourcesOf, synthesize } from "../helpers/templates.ts";

const stages = ["dev", "prod"].map((stage) => ({ stage, templates: synthesize(stageConfig(stage)) }));

/** Names under which people hand over credentials. */
const secretName = /key|secret|token|password|passwd|credential/i;
/** A run of letters and digits that no name of ours has: an API key, a hash, a token. */
const secretText = /(?<![\w/.-])(?=\w*\d)(?=\w*[a-z])[A-Za-z0-9_]{24,}(?![\w/.-])/;

describe.each(stages)("secrets of stage $stage", ({ templates }) => {
  const environments = resourcesOf(templates, "AWS::Lambda::Function").map(({ name, properties }) => ({
    name,
    variables: (properties["Environment"] as { Variables: Record<string, unknown> }).Variables,
  }));

  it("are known to functions by their names in Secrets Manager alone", () => {
    expect(environments.length).toBeGreaterThan(0);
    const named = environments
      .flatMap(({ variables }) => Object.entries(variables))
      .filter(([name]) => secretName.test(name));
    expect(named.filter(([, value]) => !String(value).startsWith("marketlake/"))).toEqual([]);
  });

  it("stand in no value of an environment", () => {
    const values = environments.flatMap(({ variables }) => Object.values(variables));
    const literals = values.filter((value) => typeof value === "string");
    expect(literals.filter((value) => secretText.test(value))).toEqual([]);
  });

  it("are made by no template", () => {
    expect(resourcesOf(templates, "AWS::SecretsManager::Secret")).toEqual([]);
  });
});
