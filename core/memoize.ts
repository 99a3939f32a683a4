/** A function that computes each answer once. Keys are compared as Map does. */
export function memoize<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const answer = known.get(key);
    if (answer !== undefined || known.has(key)) return answer as V;
    const computed = compute(key);
    known.set(key, computed);
    return computed;
  };
}
