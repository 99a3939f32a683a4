/** Divides one bar into parts that, put together, give it exactly. */
import { bridgeMaximum, normalAt, uniformAt, type RandomKey } from "./random.ts";
import type { SessionBars } from "./session-bars.ts";

/** Random numbers that a part draws, and their place in the stream of its session. */
const draws = { close: 0, high: 1, low: 2, volume: 3 } as const;
const counterOf = (step: number, part: number) => (step * 4_096 + part) * 4;

/** A bar, and where its parts are: from `first` to the last so far, with their times set. */
export interface Division {
  readonly wholes: SessionBars;
  readonly whole: number;
  readonly parts: SessionBars;
  readonly first: number;
  /** Stream of the symbol and session. */
  readonly key: RandomKey;
  /** How often the session has been divided before. */
  readonly step: number;
}

/** Draws the prices and volumes of the parts. */
export function drawParts(division: Division): void {
  drawPath(division);
  fitPath(division);
  shareVolume(division);
}

/** Standard deviation per unit of range: M. Parkinson, Journal of Business 53(1), 1980. */
const deviationPerRange = 1 / Math.sqrt(4 * Math.LN2);

/** A Brownian bridge from the whole's open to its close, and the extremes of each part of it. */
function drawPath({ wholes, whole, parts, first, key, step }: Division): void {
  const target = wholes.close[whole]!;
  const deviation = deviationPerRange * (wholes.high[whole]! - wholes.low[whole]!);
  const end = wholes.busyTo[whole]!;
  const variancePerShare = (deviation * deviation) / (end - wholes.busyFrom[whole]!);
  let open = wholes.open[whole]!;
  const last = parts.count - 1;
  for (let part = first; part <= last; part++) {
    const counter = counterOf(step, part);
    const share = parts.busyTo[part]! - parts.busyFrom[part]!;
    const variance = variancePerShare * share;
    let close = target;
    if (part < last) {
      const left = end - parts.busyFrom[part]!;
      const deviationOfClose = Math.sqrt((variance * (left - share)) / left);
      close =
        open + ((target - open) * share) / left + deviationOfClose * normalAt(key, counter + draws.close);
    }
    parts.open[part] = open;
    parts.close[part] = close;
    parts.high[part] = bridgeMaximum(open, close, variance, uniformAt(key, counter + draws.high));
    parts.low[part] = -bridgeMaximum(-open, -close, variance, uniformAt(key, counter + draws.low));
    open = close;
  }
}

/** Stretches what lies above and below the whole's body so that the highest and lowest part reach its extremes. */
function fitPath({ wholes, whole, parts, first }: Division): void {
  const [high, low] = [wholes.high[whole]!, wholes.low[whole]!];
  const top = Math.max(wholes.open[whole]!, wholes.close[whole]!);
  const bottom = Math.min(wholes.open[whole]!, wholes.close[whole]!);
  let highest = first;
  let lowest = first;
  for (let part = first + 1; part < parts.count; part++) {
    if (parts.high[part]! > parts.high[highest]!) highest = part;
    if (parts.low[part]! < parts.low[lowest]!) lowest = part;
  }
  const above = parts.high[highest]! - top;
  const below = bottom - parts.low[lowest]!;
  const up = above > 0 ? (high - top) / above : 0;
  const down = below > 0 ? (bottom - low) / below : 0;
  const fit = (price: number) => {
    if (price > top) return Math.min(high, top + (price - top) * up);
    return price < bottom ? Math.max(low, bottom - (bottom - price) * down) : price;
  };
  for (let part = first; part < parts.count; part++) {
    parts.open[part] = fit(parts.open[part]!);
    parts.high[part] = fit(parts.high[part]!);
    parts.low[part] = fit(parts.low[part]!);
    parts.close[part] = fit(parts.close[part]!);
  }
  // Rounding may have left the extremes a bit short.
  parts.high[highest] = high;
  parts.low[lowest] = low;
}

/** Whole numbers that add up to the whole's volume. */
function shareVolume({ wholes, whole, parts, first, key, step }: Division): void {
  let sum = 0;
  for (let part = first; part < parts.count; part++) {
    const share = parts.busyTo[part]! - parts.busyFrom[part]!;
    sum += share * (0.5 + uniformAt(key, counterOf(step, part) + draws.volume));
    parts.volume[part] = sum;
  }
  const perShare = wholes.volume[whole]! / sum;
  let given = 0;
  for (let part = first; part < parts.count; part++) {
    const upToHere = Math.round(perShare * parts.volume[part]!);
    parts.volume[part] = upToHere - given;
    given = upToHere;
  }
}
