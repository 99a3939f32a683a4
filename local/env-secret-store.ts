import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { keySource } from "../core/config/index.ts";
import { TerminalError } from "../core/errors.ts";
import type { SecretStore } from "../core/ports.ts";

export interface EnvSecretOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** A file of `NAME=value` lines; it may be absent. The environment wins over it. */
  readonly envFile?: string;
}

/** Secrets from environment variables, then from a `.env` file: `fmp-api-key` is the variable `FMP_API_KEY`. */
export class EnvSecretStore implements SecretStore {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #envFile: string;

  constructor({ environment = process.env, envFile = ".env" }: EnvSecretOptions = {}) {
    this.#environment = environment;
    this.#envFile = envFile;
  }

  async get(name: string): Promise<string> {
    const variable = name.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
    const value = this.#environment[variable] || this.#readEnvFile()[variable];
    // An empty value is a template that nobody has filled in.
    if (value) return value;
    const url = keySource(name);
    const source = url === null ? "" : `; get one at ${url}`;
    throw new TerminalError(
      `secret "${name}" is not set; set the environment variable ${variable} or add a line ${variable}=… to "${this.#envFile}"${source}`,
    );
  }

  #readEnvFile(): Readonly<Record<string, string | undefined>> {
    try {
      return parseEnv(readFileSync(this.#envFile, "utf8"));
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOENT") return {};
      throw new TerminalError(`cannot read "${this.#envFile}"; check its permissions`, { cause: error });
    }
  }
}
