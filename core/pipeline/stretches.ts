/** Symbols over stretches of time, as what is to be asked for, is done, or is left. */

export interface Stretch {
  readonly symbols: readonly string[];
  /** Bar starts, half-open, UTC ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What of `stretches` is not in `taken`. */
export function without(stretches: readonly Stretch[], taken: readonly Stretch[]): Stretch[] {
  let rest = [...stretches];
  for (const part of taken) {
    const names = new Set(part.symbols);
    rest = rest.flatMap((stretch) => outside(stretch, part, names));
  }
  return rest;
}

function outside(stretch: Stretch, taken: Stretch, names: ReadonlySet<string>): Stretch[] {
  const { symbols, fromMs, toMs } = stretch;
  if (taken.toMs <= fromMs || taken.fromMs >= toMs) return [stretch];
  const hit = symbols.filter((symbol) => names.has(symbol));
  if (hit.length === 0) return [stretch];
  const others = symbols.filter((symbol) => !names.has(symbol));
  return [
    { symbols: hit, fromMs, toMs: taken.fromMs },
    { symbols: hit, fromMs: taken.toMs, toMs },
    { symbols: others, fromMs, toMs },
  ].filter((part) => part.symbols.length > 0 && part.fromMs < part.toMs);
}

/** The same, in as few stretches as are needed: those of a symbol that touch become one, symbols with the same ones stand together. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const ofSymbol = new Map<string, Stretch[]>();
  for (const stretch of stretches) {
    for (const symbol of stretch.symbols) {
      const known = ofSymbol.get(symbol);
      if (known === undefined) ofSymbol.set(symbol, [stretch]);
      else known.push(stretch);
    }
  }
  const groups = new Map<string, { symbols: string[]; fromMs: number; toMs: number }>();
  for (const [symbol, parts] of ofSymbol) {
    for (const { fromMs, toMs } of touching(parts)) {
      const key = `${fromMs} ${toMs}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { symbols: [symbol], fromMs, toMs });
      else group.symbols.push(symbol);
    }
  }
  return [...groups.values()];
}

/** Newest first. */
function touching(parts: readonly Stretch[]): { fromMs: number; toMs: number }[] {
  const windows: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of parts.toSorted((a, b) => b.toMs - a.toMs)) {
    const last = windows.at(-1);
    if (last !== undefined && toMs >= last.fromMs) last.fromMs = Math.min(last.fromMs, fromMs);
    else windows.push({ fromMs, toMs });
  }
  return windows;
}

/** Each symbol once, whatever the number of its stretches. */
export const symbolsOf = (stretches: readonly Stretch[]): string[] => [
  ...new Set(stretches.flatMap(({ symbols }) => symbols)),
];

/** Symbols times milliseconds: what progress is measured in. */
export const extentOf = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { symbols, fromMs, toMs }) => sum + symbols.length * (toMs - fromMs), 0);
