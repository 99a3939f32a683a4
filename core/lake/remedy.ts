/** What to do about an object that cannot be read, by its key or path: the raw zone alone cannot be made afresh. */
export function remedyFor(key: string): string {
  const isRaw = /(?:^|\/)raw\//.test(key);
  return isRaw
    ? `restore it from a copy, or move it away and bring its data again; then run "marketlake rebuild"`
    : `"marketlake rebuild" makes it afresh`;
}
