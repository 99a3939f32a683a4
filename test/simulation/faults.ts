/** Ports through which a process meets the world of a simulation: every call waits for its turn and may go wrong. */
import { TransientError } from "../../core/errors.ts";
import type {
  Clock,
  ObjectInfo,
  ObjectStore,
  OutgoingMessage,
  DeleteCondition,
  PutCondition,
  PutResult,
  ReceivedMessage,
  StoredObject,
  WorkQueue,
} from "../../core/ports.ts";
import type { FaultRates } from "./options.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** Ends a process: it and every later port call of it. No code may live on after it. */
export class Crash extends Error {}

/** The faults that are left to a simulation. */
export class FaultPlan {
  readonly rates: FaultRates;
  readonly #random: Random;
  #left: number;

  constructor(rates: FaultRates, faultsMax: number, random: Random) {
    this.rates = rates;
    this.#left = faultsMax;
    this.#random = random;
  }

  strikes(fault: keyof FaultRates): boolean {
    if (this.#left <= 0 || !this.#random.chance(this.rates[fault])) return false;
    this.#left--;
    return true;
  }

  /** Nothing goes wrong any more. */
  end(): void {
    this.#left = 0;
  }

  get random(): Random {
    return this.#random;
  }
}

/** Longer than the shorter visibility timeout, so that a message comes to be with two workers at once. */
const stallMsMax = 20_000;

/** One life of a worker. After a crash all of its ports are dead. */
export class Life {
  readonly scheduler: Scheduler;
  readonly faults: FaultPlan;
  /** When it is ended from outside, as a function that runs into its timeout. */
  endsAtMs = Infinity;
  readonly #callMsMax: number;
  #isOver = false;

  /** @param callMsMax time that a call takes at most, besides waiting for its turn */
  constructor(scheduler: Scheduler, faults: FaultPlan, callMsMax = 0) {
    this.scheduler = scheduler;
    this.faults = faults;
    this.#callMsMax = callMsMax;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** A port call: waits for its turn, takes effect, and may fail or crash before and after. */
  async call<T>(effect: () => Promise<T>, name: string): Promise<T> {
    const delayMsMax = this.faults.strikes("stall") ? stallMsMax : this.#callMsMax;
    await this.pause(this.faults.random.int(0, delayMsMax));
    this.#mayCrash();
    if (this.faults.strikes("failBefore")) throw new TransientError(`${name} failed before it took effect`);
    const result = await effect();
    this.#mayCrash();
    if (this.faults.strikes("failAfter")) throw new TransientError(`${name} failed after it took effect`);
    return result;
  }

  async pause(delayMs: number): Promise<void> {
    this.#assertAlive();
    await this.scheduler.turn(delayMs);
    this.#assertAlive();
  }

  #mayCrash(): void {
    if (this.faults.strikes("crash")) this.#isOver = true;
    this.#assertAlive();
  }

  #assertAlive(): void {
    if (this.scheduler.nowMs() >= this.endsAtMs) this.#isOver = true;
    if (this.#isOver) throw new Crash("the process has crashed");
  }
}

export function mortalClock(life: () => Life): Clock {
  return {
    nowMs: () => life().scheduler.nowMs(),
    sleep: (ms) => life().pause(ms),
  };
}

/** Stores that only a part of some raw objects, and remembers the whole. */
export class Saboteur {
  readonly #objectsMax: number;
  /** Whole bytes by key. */
  readonly wholes = new Map<string, Uint8Array>();

  constructor(objectsMax: number) {
    this.#objectsMax = objectsMax;
  }

  damage(key: string, bytes: Uint8Array, faults: FaultPlan): Uint8Array {
    const whole = this.wholes.get(key);
    const strikes =
      whole === undefined && this.wholes.size < this.#objectsMax && faults.strikes("corruptRaw");
    if (!strikes) return bytes;
    this.wholes.set(key, bytes);
    return bytes.slice(0, faults.random.int(0, bytes.byteLength - 1));
  }
}

export class MortalStore implements ObjectStore {
  readonly #inner: ObjectStore;
  readonly #life: () => Life;
  readonly #saboteur: Saboteur | null;

  constructor(inner: ObjectStore, life: () => Life, saboteur: Saboteur | null = null) {
    this.#inner = inner;
    this.#life = life;
    this.#saboteur = saboteur;
  }

  get(key: string): Promise<StoredObject | null> {
    return this.#life().call(() => this.#inner.get(key), `get ${key}`);
  }

  head(key: string): Promise<ObjectInfo | null> {
    return this.#life().call(() => this.#inner.head(key), `head ${key}`);
  }

  put(key: string, bytes: Uint8Array, condition?: PutCondition): Promise<PutResult> {
    const life = this.#life();
    return life.call(async () => {
      if (condition !== undefined && life.faults.strikes("spuriousConflict")) return { written: false };
      const isFresh =
        this.#saboteur !== null && key.startsWith("raw/parquet/") && (await this.#inner.head(key)) === null;
      const stored = isFresh ? this.#saboteur.damage(key, bytes, life.faults) : bytes;
      return this.#inner.put(key, stored, condition);
    }, `put ${key}`);
  }

  async *list(prefix: string, startAfter?: string): AsyncGenerator<ObjectInfo> {
    const page = await this.#life().call(async () => {
      const infos: ObjectInfo[] = [];
      for await (const info of this.#inner.list(prefix, startAfter)) infos.push(info);
      return infos;
    }, `list ${prefix}`);
    yield* page;
  }

  delete(key: string, condition?: DeleteCondition): Promise<boolean> {
    return this.#life().call(() => this.#inner.delete(key, condition), `delete ${key}`);
  }
}

/** Delays of messages that went back or whose batch failed. */
const delayMsMax = 20_000;

export class MortalQueue implements WorkQueue {
  readonly #inner: WorkQueue;
  readonly #life: () => Life;

  constructor(inner: WorkQueue, life: () => Life) {
    this.#inner = inner;
    this.#life = life;
  }

  send(messages: readonly OutgoingMessage[]): Promise<void> {
    const life = this.#life();
    return life.call(async () => {
      await this.#inner.send(messages);
      await this.#inner.send(messages.filter(() => life.faults.strikes("duplicate")));
    }, "send");
  }

  /** Some of the messages go back, so that they come later than those sent after them. */
  receive(options: {
    readonly maxMessages: number;
    readonly visibilityTimeoutMs: number;
  }): Promise<ReceivedMessage[]> {
    const life = this.#life();
    return life.call(async () => {
      const kept: ReceivedMessage[] = [];
      for (const message of await this.#inner.receive(options)) {
        if (!life.faults.strikes("reorder")) kept.push(message);
        else await this.#inner.release(message.receiptHandle, life.faults.random.int(0, delayMsMax));
      }
      return life.faults.random.shuffled(kept);
    }, "receive");
  }

  acknowledge(receiptHandle: string): Promise<void> {
    const life = this.#life();
    return life.call(async () => {
      if (!life.faults.strikes("lostAcknowledgement")) await this.#inner.acknowledge(receiptHandle);
    }, "acknowledge");
  }

  release(receiptHandle: string): Promise<void> {
    const life = this.#life();
    return life.call(
      () => this.#inner.release(receiptHandle, life.faults.random.int(0, delayMsMax)),
      "release",
    );
  }

  depth() {
    return this.#inner.depth();
  }
}
