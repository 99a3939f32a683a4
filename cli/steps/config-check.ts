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
  /** Full names in Secrets Manager: what is in there is not known here. */
  readonly secrets: readonly string[];
}

/** Findings of several stages; what holds for the embedded one too is told once. */
export async function checkStages(file: ConfigFile, stages: readonly string[]): Promise<StageFindings> {
  const problems = new Map<string, ConfigProblem>();
  const warnings = new Map<string, ConfigProblem>();
  const secrets: string[] = [];
  for (const stage of stages) {
    const config = configOf(file, stage);
    const findings = checkConfig(config, createProviders(providerSettingsOf(config)), stage);
    const isEmbedded = stage === embeddedStage;
    const missing = isEmbedded ? await missingKeys(config) : [];
    if (!isEmbedded)
      secrets.push(...keysNeeded(config).map(({ secret }) => `${secretPrefix(stage)}${secret}`));
    add(problems, stage, [...findings.problems, ...missing]);
    add(warnings, stage, findings.warnings);
  }
  return { problems: [...problems.values()], warnings: [...warnings.values()], secrets };
}

function add(known: Map<string, ConfigProblem>, stage: string, found: readonly ConfigProblem[]): void {
  for (const { path, message } of found) {
    const identity = `${path}: ${message}`;
    const place = stage === embeddedStage ? path : `stages.${stage}.${path}`;
    if (!known.has(identity)) known.set(identity, { path: place, message });
  }
}

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
