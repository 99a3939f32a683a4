import type { OutgoingMessage } from "../../core/ports.ts";
import type { PipelineContext } from "../../core/pipeline/context.ts";
import { defaultLakeSettings, type LakeSettings } from "../../core/settings.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";

const queue = (messages: OutgoingMessage[]) => ({
  send: (batch: readonly OutgoingMessage[]) => {
    messages.push(...batch);
    return Promise.resolve();
  },
});

/** What stages need, in memory; `sent` shows their messages. Time stands still and nobody waits. */
export function memoryPipeline(settings: Partial<LakeSettings> = {}) {
  const sent = { transform: [] as OutgoingMessage[], indicators: [] as OutgoingMessage[] };
  const stores = { raw: new MemoryObjectStore(), curated: new MemoryObjectStore() };
  const context: PipelineContext = {
    stores,
    queues: { transform: queue(sent.transform), indicators: queue(sent.indicators) },
    clock: { nowMs: () => Date.UTC(2026, 10, 21), sleep: () => Promise.resolve() },
    settings: { ...defaultLakeSettings, ...settings },
  };
  return { context, stores, sent };
}

export async function keysOf(store: MemoryObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}
