/** Small files of valid bars, the same for the same arguments. */

export interface BarsTextOptions {
  readonly symbols: readonly string[];
  readonly bars: number;
  readonly fromMs: number;
  readonly stepMs: number;
  /** Another level of prices. */
  readonly base?: number;
}

export const barsHeader = "symbol,ts,open,high,low,close,volume";
const dayMs = 86_400_000;

/** CSV whose prices move a little from bar to bar. Daily bars carry dates, shorter ones times. */
export function barsText({ symbols, bars, fromMs, stepMs, base = 100 }: BarsTextOptions): string {
  const lines = [barsHeader];
  for (const [index, symbol] of symbols.entries()) {
    for (let bar = 0; bar < bars; bar++) {
      const ts = new Date(fromMs + bar * stepMs).toISOString();
      const open = base + index + 5 * Math.sin(bar / 7);
      const close = base + index + 5 * Math.sin((bar + 1) / 7);
      const [low, high] = [Math.min(open, close) - 0.5, Math.max(open, close) + 0.5];
      const prices = [open, high, low, close].map((price) => price.toFixed(4));
      const time = stepMs === dayMs ? ts.slice(0, 10) : `${ts.slice(0, 19)}Z`;
      lines.push([symbol, time, ...prices, 1_000 + bar].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}
