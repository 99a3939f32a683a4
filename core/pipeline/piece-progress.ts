/** What the answers to one piece of a run say of how far symbols have come, and of histories that providers have rewritten. */
import type { RawBars } from "../bars/bars.ts";
import { nullCode } from "../columnar/batch.ts";
import type { Series } from "../lake/keys.ts";
import { isBarTime } from "../market.ts";
import type { KnownMarks } from "./extract-work.ts";
import type { Stretch } from "./stretches.ts";
import type { Watermark } from "./watermarks.ts";

/** The newest final bar by symbol, of one provider. */
export type Progress = Map<string, Watermark>;

/** By provider. It counts once the piece has been answered whole. */
export class PieceProgress {
  readonly #known: KnownMarks;
  /** Whether it reaches to what is newest, so that marks rise; else they only learn of another close of their bar. */
  readonly #isOpenEnded: boolean;
  readonly newest = new Map<string, Progress>();
  readonly rewritten = new Map<string, Set<string>>();

  readonly #name: string;
  #questions = 0;

  /**
   * @param known what the providers had brought before
   * @param piece what is asked for
   */
  constructor(
    known: KnownMarks,
    { symbols, fromMs, toMs }: Stretch,
    { isOpenEnded }: { readonly isOpenEnded: boolean },
  ) {
    this.#known = known;
    this.#isOpenEnded = isOpenEnded;
    // What is new moves on with the polls.
    this.#name = `${symbols.join(",")} ${isOpenEnded ? "" : `${fromMs}-${toMs}`}`;
  }

  /** Names what is asked next, the same in every poll. */
  nextQuestion({ assetClass, interval }: Series): string {
    return [assetClass, interval, this.#name, this.#questions++].join(" ");
  }

  /** @param asOfMs business time of the run: bars from then on move no mark */
  note(bars: RawBars, provider: string, asOfMs: number): void {
    const marks = this.#known.get(provider);
    const progress = entryOf(this.newest, provider, (): Progress => new Map());
    const changed = entryOf(this.rewritten, provider, () => new Set<string>());
    for (const { symbol, barMs, close } of finalBars(bars, asOfMs)) {
      const mark = marks?.get(symbol);
      const isOfMark = mark?.barMs === barMs;
      if (isOfMark && isOtherPrice(mark.close, close, rewrittenPart)) changed.add(symbol);
      const ahead = this.#isOpenEnded ? markAhead(this.#known, symbol, mark) : null;
      if (ahead?.barMs === barMs && isOtherPrice(ahead.close, close, otherBasisPart)) changed.add(symbol);
      // Marks that stay as they are need not be read again to be written.
      const isKnown = mark !== undefined && (barMs < mark.barMs || (isOfMark && close === mark.close));
      if (!isKnown && (this.#isOpenEnded || isOfMark)) raise(progress, symbol, { barMs, close });
    }
  }
}

/**
 * The newest mark of a symbol, where another provider has set it since a provider's own. Whoever comes back after others stood
 * in for it is not asked for its own mark any more; that prices were divided meanwhile shows against theirs.
 */
function markAhead(known: KnownMarks, symbol: string, own: Watermark | undefined): Watermark | null {
  let ahead: Watermark | null = null;
  for (const marks of known.values()) {
    const mark = marks.get(symbol);
    if (mark !== undefined && mark.barMs > ((ahead ?? own)?.barMs ?? -Infinity)) ahead = mark;
  }
  return ahead;
}

export function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Bars of the future, which validation rejects, must not move a mark. */
function* finalBars({ rowCount, columns }: RawBars, asOfMs: number) {
  const { symbol, ts, close, is_final: isFinal } = columns;
  for (let row = 0; row < rowCount; row++) {
    const [code, barMs, price] = [symbol.codes[row]!, ts[row]!, close[row]!];
    if (code === nullCode || isFinal[row] !== 1 || !isBarTime(barMs) || barMs >= asOfMs) continue;
    yield { symbol: symbol.values[code]!, barMs, close: Number.isNaN(price) ? null : price };
  }
}

/** Corrections of a bar are smaller; the smallest adjustments, of dividends, are made to `adj_close` and not to prices. */
const rewrittenPart = 0.02;
/** Of one bar, the prices of two providers are closer than this; the smallest usual split, 5 for 4, takes a fifth. */
const otherBasisPart = 0.15;

function isOtherPrice(before: number | null, now: number | null, part: number): boolean {
  return before !== null && now !== null && Math.abs(now - before) > part * Math.abs(before);
}

export function raise(progress: Progress, symbol: string, mark: Watermark): void {
  const known = progress.get(symbol);
  if (known === undefined || mark.barMs > known.barMs) progress.set(symbol, mark);
}
