import { meterLine, type Meter, type Reading } from "./meter.ts";

/** A file that has been read is not yet written: a line that runs is never at 100 %. */
const runningFractionMax = 0.99;

/** What work reports about itself. */
export interface ProgressLine {
  /** The first update starts the line's clock. */
  update(reading: Reading): void;
  done(amount: number, remark?: string): void;
  fail(reason: string): void;
}

/** One line of progress that is shown while it changes. */
export class LiveLine implements ProgressLine {
  /** Resolves when the line is done; rejects, with the text to show, when its work has failed. */
  readonly ended: Promise<void>;
  readonly #resolve: () => void;
  readonly #reject: (error: Error) => void;
  readonly #layout: { readonly labelWidth: number; readonly width: () => number };
  #meter: Meter;
  #startedMs: number | null = null;
  #onChange: (text: string) => void = () => {};
  text: string;

  constructor(
    label: string,
    unit: string,
    layout: { readonly labelWidth: number; readonly width: () => number },
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#layout = layout;
    this.#meter = { label, unit, state: "waiting", fraction: 0, amount: 0, elapsedMs: 0, remark: null };
    this.text = this.#render();
  }

  get isWaiting(): boolean {
    return this.#meter.state === "waiting";
  }

  onChange(listener: (text: string) => void): void {
    this.#onChange = listener;
  }

  update(reading: Reading): void {
    if (this.#hasEnded()) return;
    this.#startedMs ??= performance.now();
    // Work that begets work would let a bar run backwards.
    const fraction =
      reading.fraction === null
        ? null
        : Math.min(runningFractionMax, Math.max(this.#meter.fraction ?? 0, reading.fraction));
    this.#meter = { ...this.#meter, fraction, amount: reading.amount, state: "running" };
  }

  done(amount: number, remark?: string): void {
    this.#end({ state: "done", amount, remark: remark ?? null });
  }

  fail(reason: string): void {
    this.#end({ state: "failed", remark: reason });
  }

  /** Shows what has changed since the last time. */
  draw(): void {
    if (this.#hasEnded() || this.#startedMs === null) return;
    this.#meter = { ...this.#meter, elapsedMs: performance.now() - this.#startedMs };
    this.#show();
  }

  #hasEnded(): boolean {
    return this.#meter.state === "done" || this.#meter.state === "failed";
  }

  #end(end: Pick<Meter, "state" | "remark"> & Partial<Meter>): void {
    if (this.#hasEnded()) return;
    const elapsedMs = this.#startedMs === null ? 0 : performance.now() - this.#startedMs;
    this.#meter = { ...this.#meter, ...end, elapsedMs };
    this.#show();
    if (end.state === "done") this.#resolve();
    else this.#reject(new Error(this.text));
  }

  #show(): void {
    const text = this.#render();
    if (text === this.text) return;
    this.text = text;
    this.#onChange(text);
  }

  #render(): string {
    return meterLine(this.#meter, this.#layout.labelWidth, this.#layout.width());
  }
}
