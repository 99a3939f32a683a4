/** One vendor, asked outside of any run but within the budgets that all runs of a lake share. */
import type { StageConfig } from "../core/config/index.ts";
import { callProvider, ProviderLane } from "../core/providers/resilience/index.ts";
import type { AskVendor } from "../core/providers/reference.ts";
import { type DeskId, referenceDesks } from "../core/providers/reference-desks.ts";
import { ask } from "../core/providers/vendor/ask.ts";
import { policyOf } from "../core/settings.ts";
import { fetchHttpClient } from "../lambdas/shared/fetch-http-client.ts";
import { systemClock } from "../lambdas/shared/system-clock.ts";
import { EnvSecretStore } from "./env-secret-store.ts";
import { FileObjectStore } from "./files/file-object-store.ts";

interface AskVendorOptions {
  /** Of the lake, which need not be there yet: calls count from the first one on. */
  readonly directory: string;
  readonly stage: StageConfig;
  /** Instead of the vendor's own address. */
  readonly baseUrl?: string | undefined;
}

/** @throws TerminalError for a missing key, which the message names; otherwise as `callProvider` and `ask`. */
export function askVendorWithin(id: DeskId, { directory, stage, baseUrl }: AskVendorOptions): AskVendor {
  const options = { ...stage.providers.vendors[id], ...(baseUrl === undefined ? {} : { baseUrl }) };
  const vendor = referenceDesks[id].vendor(options);
  const store = new FileObjectStore(directory);
  const ports = { store, clock: systemClock, random: Math.random };
  const lane = new ProviderLane(id, policyOf(stage.lake, id), ports);
  const io = { http: fetchHttpClient, secrets: new EnvSecretStore() };
  return (call) => callProvider(lane, io, (attemptIo) => ask(vendor, call, attemptIo));
}
