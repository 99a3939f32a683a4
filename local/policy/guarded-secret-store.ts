import type { SecretStore } from "../../core/ports.ts";
import type { Guard } from "./guard.ts";

/** Secrets Manager puts six characters of its own behind a secret's name. */
const arnSuffix = "-000000";

/** Secrets with the permission that Secrets Manager asks for. `arnPrefix`: all of an ARN before the secret's name. */
export class GuardedSecretStore implements SecretStore {
  readonly #secrets: SecretStore;
  readonly #arnPrefix: string;
  readonly #guard: Guard;

  constructor(secrets: SecretStore, arnPrefix: string, guard: Guard) {
    this.#secrets = secrets;
    this.#arnPrefix = arnPrefix;
    this.#guard = guard;
  }

  async get(name: string): Promise<string> {
    this.#guard.demand("secretsmanager:GetSecretValue", `${this.#arnPrefix}${name}${arnSuffix}`);
    return this.#secrets.get(name);
  }
}
