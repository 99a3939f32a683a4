/** Changes of one small object that many workers share, each seen by all of them before the next. */
import { ConflictError } from "../../errors.ts";
import type { Clock, ObjectStore } from "../../ports.ts";

const attemptsMax = 40;
const backoffMs = 20;
const backoffMsMax = 400;

interface Version<State> {
  readonly etag: string | null;
  readonly state: State;
}

export interface SharedStateOptions<State> {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly key: string;
  /** What an absent object stands for. */
  readonly initial: State;
  readonly decode: (key: string, bytes: Uint8Array) => State;
  readonly encode: (state: State) => Uint8Array;
}

/**
 * A state under compare-and-swap. It starts from the version that it wrote last, which saves the read where nobody else
 * writes; `rewriteObject` reads every time, as it must for objects of megabytes with inputs of their own.
 */
export class SharedState<State> {
  readonly #options: SharedStateOptions<State>;
  #known: Version<State> | null = null;

  constructor(options: SharedStateOptions<State>) {
    this.#options = options;
  }

  /** The state that stands now. */
  async read(): Promise<State> {
    this.#known = await this.#load();
    return this.#known.state;
  }

  /**
   * Decides on a state and writes the one that the decision leads to. A decision that leaves the state as it is, such as a
   * refusal, is made on a state just read. `decide` may run several times.
   *
   * @throws ConflictError where others were always faster.
   */
  async change<Decision extends { readonly state: State }>(
    decide: (state: State) => Decision,
  ): Promise<Decision> {
    const { clock, random } = this.#options;
    let isFresh = this.#known === null;
    let version = this.#known ?? (await this.#load());
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const decision = decide(version.state);
      if (decision.state !== version.state) {
        if (await this.#write(version, decision.state)) return decision;
        await clock.sleep(random() * Math.min(backoffMsMax, backoffMs * attempt));
      } else if (isFresh) {
        return decision;
      }
      version = await this.#load();
      isFresh = true;
    }
    throw new ConflictError(
      `object "${this.#options.key}" was changed by others ${attemptsMax} times while it was changed; a later try will succeed`,
    );
  }

  async #load(): Promise<Version<State>> {
    const { store, key, initial, decode } = this.#options;
    const stored = await store.get(key);
    const version =
      stored === null
        ? { etag: null, state: initial }
        : { etag: stored.etag, state: decode(key, stored.bytes) };
    this.#known = version;
    return version;
  }

  async #write({ etag }: Version<State>, state: State): Promise<boolean> {
    const { store, key, encode } = this.#options;
    this.#known = null;
    const result = await store.put(key, encode(state), etag === null ? { absent: true } : { etag });
    if (result.written) this.#known = { etag: result.etag, state };
    return result.written;
  }
}
