/**
 * Daily bars of a symbol and year. Levels at the turns of years are drawn first, without a walk; the returns between
 * them are tied to both ends. So any year costs the walk of that year and half of the one before.
 */
import type { DailyYear } from "./daily-year.ts";
import { volatilityWalk } from "./garch.ts";
import type { Instrument } from "./instruments.ts";
import type { Market } from "./market.ts";
import { bridgeMaximum, derive, normalAt, uniformAt, type RandomKey } from "./random.ts";
import { applySplits, growthOfSplitters } from "./splits.ts";
import { streams } from "./streams.ts";
import type { TradingYear } from "./trading-year.ts";

/** The year in which prices lie around the instrument's level; drift counts from here. */
const referenceYear = 2_020;
/** Levels at turns of years stay within so many standard deviations of their trend. */
const levelShockMax = 2.5;

export function dailyYear(
  instrument: Instrument,
  market: Market,
  year: number,
  splitsPerDecade: number,
): DailyYear {
  const { key, traits, beta, ownVolatility } = instrument;
  const sessions = market.yearOf(year);
  const count = sessions.days.length;
  const shared = market.walkOf(year);
  const own = volatilityWalk(derive(key, streams.returns), market.yearOf(year - 1).days, sessions.days);

  const returns = new Float64Array(count);
  const variances = new Float64Array(count);
  let returnsSum = 0;
  let variancesSum = 0;
  const sharedScale = beta * traits.marketVolatility;
  const sharedVariance = sharedScale ** 2;
  const ownVariance = ownVolatility ** 2;
  for (let i = 0; i < count; i++) {
    returns[i] = sharedScale * shared.returns[i]! + ownVolatility * own.returns[i]!;
    variances[i] = sharedVariance * shared.variances[i]! + ownVariance * own.variances[i]!;
    returnsSum += returns[i]!;
    variancesSum += variances[i]!;
  }
  const splits = traits.splits ? splitsPerDecade : 0;
  const levelAt = (turn: number) => logLevel(instrument, market, turn) + growthOfSplitters(turn, splits);
  const first = levelAt(year);
  const correction = (levelAt(year + 1) - first - returnsSum) / variancesSum;
  for (let i = 0; i < count; i++) returns[i]! += correction * variances[i]!;

  const bars = drawBars(instrument, sessions, first, returns, variances);
  if (splits > 0) applySplits(key, bars, splits);
  return bars;
}

/** Logarithm of the price when a year begins: a trend, the market's deviation and the symbol's own. */
function logLevel(
  { key, traits, logPrice, beta, ownVolatility }: Instrument,
  market: Market,
  year: number,
): number {
  // The difference of two years' deviations has the variance of the returns between them.
  const perYear = Math.sqrt(market.yearOf(year).days.length / 2);
  const shared = beta * traits.marketVolatility * levelShock(market.key, year);
  const own = ownVolatility * levelShock(key, year);
  return logPrice + traits.driftPerYear * (year - referenceYear) + perYear * (shared + own);
}

function levelShock(key: RandomKey, year: number): number {
  return Math.max(-levelShockMax, Math.min(levelShockMax, normalAt(derive(key, streams.level), year)));
}

function drawBars(
  { key, traits, volume: usualVolume }: Instrument,
  sessions: TradingYear,
  firstLogPrice: number,
  returns: Float64Array,
  variances: Float64Array,
): DailyYear {
  const count = returns.length;
  const bars: DailyYear = {
    sessions,
    open: new Float64Array(count),
    high: new Float64Array(count),
    low: new Float64Array(count),
    close: new Float64Array(count),
    volume: new Float64Array(count),
  };
  const [overnightKey, highKey, lowKey, volumeKey] = [
    derive(key, streams.overnight),
    derive(key, streams.high),
    derive(key, streams.low),
    derive(key, streams.volume),
  ];
  const overnight = traits.overnightShare;
  let previous = firstLogPrice;
  for (let i = 0; i < count; i++) {
    const day = sessions.days[i]!;
    const variance = variances[i]!;
    const gap =
      overnight === 0
        ? 0
        : overnight * returns[i]! +
          Math.sqrt(overnight * (1 - overnight) * variance) * normalAt(overnightKey, day);
    const open = previous + gap;
    const close = previous + returns[i]!;
    const within = (1 - overnight) * variance;
    bars.open[i] = Math.exp(open);
    bars.close[i] = Math.exp(close);
    bars.high[i] = Math.exp(bridgeMaximum(open, close, within, uniformAt(highKey, day)));
    bars.low[i] = Math.exp(-bridgeMaximum(-open, -close, within, uniformAt(lowKey, day)));
    if (usualVolume > 0) {
      const surprise = 0.7 + (0.4 * Math.abs(returns[i]!)) / Math.sqrt(variance);
      bars.volume[i] = Math.round(usualVolume * surprise * Math.exp(0.3 * normalAt(volumeKey, day)));
    }
    previous = close;
  }
  return bars;
}
