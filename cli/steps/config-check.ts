/** Whether the configurations of stages can work, and which keys they want. */
import {
  checkConfig,
  configOf,
  embeddedStage,
  keysNeeded,
  providerSettingsOf,
  type ConfigFile,
  type ConfigProblem,
  type MarketlakeConfig,
} from "../../core/config/index.ts";
import { describeError } from "../../core/errors.ts";
import { createProviders } from "../../core/providers/registry.ts";
import { secretPrefix } from "../../lambdas/shared/env.ts";
import { EnvSecretStore } from "../../local/env-secret-store.ts";

export interface StageFindings {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  /** Full names in Secrets Manager, and where to get a key: what is in there is not known here. */
  readonly secrets: readonly { readonly name: string; readonly url: string }[];
}

/** Findings of several stages; what follows from the file itself is told once, at its place there. */
export async function checkStages(file: ConfigFile, stages: readonly string[]): Promise<StageFindings> {
  const ofFile = findingsOf(file.base, embeddedStage);
  const shared = new Set([...ofFile.problems, ...ofFile.warnings].map(identity));
  const problems = new Map<string, ConfigProblem>();
  const warnings = new Map<string, ConfigProblem>();
  const secrets: StageFindings["secrets"][number][] = [];
  for (const stage of stages) {
    const config = configOf(file, stage);
    const findings = findingsOf(config, stage);
    const isEmbedded = stage === embeddedStage;
    const missing = isEmbedded ? await missingKeys(config) : [];
    if (!isEmbedded) {
      for (const { secret, url } of keysNeeded(config))
        secrets.push({ name: `${secretPrefix(stage)}${secret}`, url });
    }
    const atItsPlace = (found: ConfigProblem): ConfigProblem =>
      isEmbedded || shared.has(identity(found)) ? found : { ...found, path: `stages.${stage}.${found.path}` };
    for (const problem of [...findings.problems, ...missing].map(atItsPlace))
      problems.set(identity(problem), problem);
    for (const warning of findings.warnings.map(atItsPlace)) warnings.set(identity(warning), warning);
  }
  return { problems: [...problems.values()], warnings: [...warnings.values()], secrets };
}

const findingsOf = (config: MarketlakeConfig, stage: string) =>
  checkConfig(config, createProviders(providerSettingsOf(config)), stage);

const identity = ({ path, message }: ConfigProblem) => `${path}: ${message}`;

async function missingKeys(config: MarketlakeConfig): Promise<ConfigProblem[]> {
  const store = new EnvSecretStore();
  const problems = await Promise.all(
    keysNeeded(config).map(({ provider, secret }) =>
      store.get(secret).then(
        () => [],
        (error: unknown) => [{ path: `providers.${provider}`, message: describeError(error) }],
      ),
    ),
  );
  return problems.flat();
}
