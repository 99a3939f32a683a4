/** Names that differ by more letters are not taken for a slip. */
const slipLettersMax = 3;

/** What to tell about an unknown name: the one that was probably meant, or all that there are. */
export function nearest(word: string, known: readonly string[]): string {
  const close = known
    .map((name) => ({ name, distance: lettersApart(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= slipLettersMax)
    .sort((a, b) => a.distance - b.distance)[0];
  if (close !== undefined) return `did you mean "${close.name}"?`;
  return known.length === 0 ? "take it away" : `use one of ${known.join(", ")}`;
}

/** Levenshtein's distance. */
function lettersApart(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
