/** Remembers that the curated zone shows the past: new data must not be merged into it before it is rebuilt. */
import { TerminalError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports.ts";

const key = "curated/_state/as-of.json";

export class AsOfMark {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** UTC ms, or null where the lake shows the present. */
  async get(): Promise<number | null> {
    const stored = await this.#store.get(key);
    if (stored === null) return null;
    return (JSON.parse(Buffer.from(stored.bytes).toString()) as { asOfMs: number }).asOfMs;
  }

  async set(asOfMs: number): Promise<void> {
    await this.#store.put(key, Buffer.from(JSON.stringify({ asOfMs })));
  }

  async clear(): Promise<void> {
    await this.#store.delete(key);
  }

  /** @throws TerminalError while the lake shows the past. */
  async refuseNewData(): Promise<void> {
    const asOfMs = await this.get();
    if (asOfMs === null) return;
    throw new TerminalError(
      `the lake shows what was known at ${new Date(asOfMs).toISOString()}; bring it back to the present with "rebuild" before new data comes in`,
    );
  }
}
