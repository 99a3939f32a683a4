import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConsoleNotifier } from "../../local/console-notifier.ts";
import { EnvSecretStore } from "../../local/env-secret-store.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";
import { notifierContract } from "./notifier.contract.ts";
import { secretStoreContract } from "./secret-store.contract.ts";

const variableOf = (secret: string) => secret.toUpperCase().replaceAll("-", "_");

secretStoreContract("EnvSecretStore over the environment", (secrets) => ({
  subject: new EnvSecretStore({
    environment: Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => [variableOf(name), value]),
    ),
    envFile: "no-such-directory/.env",
  }),
}));

secretStoreContract("EnvSecretStore over a .env file", async (secrets) => {
  const directory = await temporaryDirectory();
  const envFile = join(directory.path, ".env");
  const lines = Object.entries(secrets).map(([name, value]) => `${variableOf(name)}="${value}"\n`);
  await writeFile(envFile, ["# keys\n", ...lines, "ABSENT_API_KEY=\n"].join(""));
  return { subject: new EnvSecretStore({ environment: {}, envFile }), dispose: directory.remove };
});

notifierContract("ConsoleNotifier on the console", () => {
  const texts: string[] = [];
  return {
    subject: new ConsoleNotifier(new VirtualClock(), { write: (text) => texts.push(text) }),
    arrived: async () => texts,
  };
});

notifierContract("ConsoleNotifier in its log", async () => {
  const directory = await temporaryDirectory();
  const logPath = join(directory.path, "logs", "notifications.jsonl");
  return {
    subject: new ConsoleNotifier(new VirtualClock(Date.UTC(2026, 10, 20)), { write: () => {}, logPath }),
    arrived: async () => (await readFile(logPath, "utf8")).trimEnd().split("\n"),
    dispose: directory.remove,
  };
});
