/** The middle of ascending values; the mean of the two middle ones where their number is even. */
export function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * The median of the distances from `center`, for ascending values. Distances grow towards both ends, so walking outwards
 * from the center meets them in ascending order, without sorting them.
 */
export function medianAbsoluteDeviation(sorted: Float64Array, center: number): number {
  const count = sorted.length;
  let right = 0;
  while (right < count && sorted[right]! < center) right++;
  let left = right - 1;
  let before = Number.NaN;
  let distance = Number.NaN;
  for (let taken = 0; taken <= count >> 1; taken++) {
    before = distance;
    const below = left < 0 ? Infinity : center - sorted[left]!;
    const above = right >= count ? Infinity : sorted[right]! - center;
    if (below < above) {
      distance = below;
      left--;
    } else {
      distance = above;
      right++;
    }
  }
  return count % 2 === 1 ? distance : (before + distance) / 2;
}
