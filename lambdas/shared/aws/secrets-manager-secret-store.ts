import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { TerminalError } from "../../../core/errors.ts";
import type { SecretStore } from "../../../core/ports.ts";
import { nameOf, portError } from "./sdk-errors.ts";

/** Secrets whose names start with `prefix`, e.g. `marketlake/dev/`. Values are never logged nor put into errors. */
export class SecretsManagerSecretStore implements SecretStore {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;

  constructor(client: SecretsManagerClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async get(name: string): Promise<string> {
    const id = `${this.#prefix}${name}`;
    const text = await this.#read(id);
    if (text === undefined || text === "") throw missing(id);
    return text;
  }

  async #read(id: string): Promise<string | undefined> {
    try {
      return (await this.#client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString;
    } catch (error) {
      if (nameOf(error) === "ResourceNotFoundException") throw missing(id);
      throw portError(`read secret "${id}"`, error);
    }
  }
}

function missing(id: string): TerminalError {
  return new TerminalError(
    `secret "${id}" is not set; set it with: aws secretsmanager create-secret --name ${id} --secret-string …`,
  );
}
