import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { keySource } from "../../../core/config/vendors.ts";
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
    const text = await this.#read(id, name);
    if (text === undefined || text === "")
      throw missing(id, name, "has no value", "put-secret-value --secret-id");
    return text;
  }

  async #read(id: string, name: string): Promise<string | undefined> {
    try {
      return (await this.#client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString;
    } catch (error) {
      if (nameOf(error) === "ResourceNotFoundException")
        throw missing(id, name, "does not exist", "create-secret --name");
      throw portError(`read secret "${id}"`, error);
    }
  }
}

/** @param problem `does not exist`; `command` of the AWS CLI, up to the secret's name, is what helps */
function missing(id: string, name: string, problem: string, command: string): TerminalError {
  const url = keySource(name);
  const source = url === null ? "" : `; get a key at ${url}`;
  return new TerminalError(
    `secret "${id}" ${problem}; run: aws secretsmanager ${command} ${id} --secret-string KEY${source}`,
  );
}
