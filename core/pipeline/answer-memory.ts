/**
 * What providers said last to the questions of a poll. The same answer again is no news: neither its bytes nor its rows are
 * received once more, for the raw zone has both, and the lake would be rewritten for nothing.
 *
 * It lives as long as whoever polls, and is only ever a saving: without it every answer is taken. Others may have brought
 * other rows meanwhile, so after a while an answer is taken anew in any case.
 */
import type { RawBars } from "../bars/bars.ts";
import type { StringColumn } from "../columnar/batch.ts";
import { contentHash } from "../lake/content-hash.ts";
import type { CorporateAction } from "../providers/provider.ts";

/** Questions remembered: some ten megabytes. */
const questionsMax = 50_000;
const takenForMs = 3_600_000;

/** An answer, in hashes of its bytes and of its rows. */
export interface Heard {
  readonly provider: string;
  readonly body: string;
  readonly rows: string;
  /** When the rows were received the last time; business time, UTC ms. */
  readonly takenMs: number;
}

export class AnswerMemory {
  readonly #heard = new Map<string, Heard>();

  /** The last answer to a question; null where there was none, or another provider gave it. */
  recall(question: string, provider: string): Heard | null {
    const heard = this.#heard.get(question);
    return heard?.provider === provider ? heard : null;
  }

  /** To be called once what the answer brought is safe. */
  remember(question: string, heard: Heard): void {
    this.#heard.delete(question);
    this.#heard.set(question, heard);
    if (this.#heard.size > questionsMax) this.#heard.delete(this.#heard.keys().next().value!);
  }
}

export const isStale = ({ takenMs }: Heard, nowMs: number): boolean => nowMs - takenMs >= takenForMs;

/** Equal for equal bars and actions, whenever they were received. */
export function hashOfRows(bars: RawBars, actions: readonly CorporateAction[]): string {
  const { ts, open, high, low, close, adj_close: adjClose, volume, is_final: isFinal } = bars.columns;
  const { symbol, currency, adjustment, parse_error, received_text } = bars.columns;
  const words = [...[symbol, currency, adjustment].map(textsOf), parse_error, received_text, actions];
  const columns = [ts, open, high, low, close, adjClose, volume, isFinal];
  return contentHash(
    [JSON.stringify(words), ...columns.map((column) => contentHash(bytesOf(column)))].join("\n"),
  );
}

const textsOf = ({ codes, values }: StringColumn) => Array.from(codes, (code) => values[code] ?? null);

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array | Uint8Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
