/** Remembers that the curated zone shows the past: new data must not be merged into it before it is rebuilt. */
import { TerminalError, UnreadableObjectError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports.ts";
import * as z from "../../core/zod.ts";

const key = "curated/_state/as-of.json";
const markSchema = z.object({ asOfMs: z.number() });

export class AsOfMark {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * UTC ms, or null where the lake shows the present.
   * @throws UnreadableObjectError for a damaged mark.
   */
  async get(): Promise<number | null> {
    const stored = await this.#store.get(key);
    if (stored === null) return null;
    try {
      return markSchema.parse(JSON.parse(Buffer.from(stored.bytes).toString())).asOfMs;
    } catch (error) {
      const remedy = `"marketlake rebuild" brings the lake to the present and clears it`;
      throw new UnreadableObjectError(key, `expected the time that the lake shows; ${remedy}`, {
        cause: error,
      });
    }
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
