/** Indicators against TA-Lib's C library and the TypeScript libraries people use, on seeded daily bars. */
import { bollingerBands, ema, macd, rsi, sma } from "indicatorts";
import * as technical from "technicalindicators";
import { BollingerBands, EMA, MACD, RSI, SMA } from "trading-signals";
import {
  advanceIndicators,
  decodeCheckpoint,
  encodeCheckpoint,
  IndicatorStates,
  type IndicatorInput,
} from "../core/indicators/index.ts";
import { bench, seededRandom, type BenchResult, type Subject } from "./harness.ts";
import { allKernels, kernelsOfTwelveColumns } from "./indicator-kernels.ts";
import { startTalib } from "./talib.ts";

/** Ten years of daily bars. */
const barsPerSeries = 2_520;
const seriesCount = 50;
const slowSeriesCount = 5;
/** Passes over all series per round: the collection before each round makes V8 forget some of what it had compiled. */
const passes = 20;
const checkpointSymbols = 500;

export async function run(): Promise<BenchResult[]> {
  return [await againstTalib(), await againstLibraries(), await checkpoints()];
}

/** Series by series on both sides, so that what is written stays in the cache. */
async function againstTalib(): Promise<BenchResult> {
  const bars = seededBars(seriesCount, barsPerSeries);
  const series = Array.from({ length: seriesCount }, (_, i) => seededBars(1, barsPerSeries, 0, i));
  const talib = await startTalib(seriesCount, barsPerSeries, bars.columns);
  const baseline: Record<string, Subject> =
    talib === null
      ? { "trading-signals, 12 columns": repeated(() => tradingSignals(closesOf(bars, barsPerSeries))) }
      : {
          "TA-Lib in C, 12 columns": repeated(talib.subject(12)),
          "TA-Lib in C, 16 columns": repeated(talib.subject(16)),
        };
  try {
    return await bench("indicators", {
      item: "bar",
      itemCount: bars.rowCount * passes,
      baseline,
      candidates: {
        "kernels of the 12 columns": repeated(kernelsOfTwelveColumns(series)),
        "kernels of all 18 columns": repeated(allKernels(series)),
        "advanceIndicators, 18 columns, new arrays": repeated(() => {
          for (const one of series) advanceIndicators(IndicatorStates.empty(), one);
        }),
      },
      rounds: 15,
    });
  } finally {
    talib?.stop();
  }
}

function repeated(subject: Subject): Subject {
  return async () => {
    for (let pass = 0; pass < passes; pass++) await subject();
  };
}

async function againstLibraries(): Promise<BenchResult> {
  const bars = seededBars(slowSeriesCount, barsPerSeries);
  const closes = closesOf(bars, barsPerSeries);
  return bench("indicators, libraries for JavaScript", {
    item: "bar",
    itemCount: bars.rowCount,
    baseline: {
      "trading-signals, 12 columns": () => tradingSignals(closes),
      "technicalindicators, 12 columns": () => technicalIndicators(closes),
      "indicatorts, 12 columns": () => indicatorTs(closes),
    },
    candidates: {
      "advanceIndicators, 18 columns": () => void advanceIndicators(IndicatorStates.empty(), bars),
    },
  });
}

async function checkpoints(): Promise<BenchResult> {
  const { states } = advanceIndicators(IndicatorStates.empty(), seededBars(checkpointSymbols, 250));
  const tick = seededBars(checkpointSymbols, 1, 250);
  const header = { barsEtag: "etag", previous: "etag" };
  const encoded = encodeCheckpoint(header, states);
  return bench("indicator checkpoint", {
    item: "symbol",
    itemCount: checkpointSymbols,
    baseline: {
      "one bar of every symbol": () => void advanceIndicators(states, tick),
    },
    candidates: {
      encode: () => ({ bytesPerSymbol: encodeCheckpoint(header, states).length / checkpointSymbols }),
      decode: () => void decodeCheckpoint("bench", encoded),
    },
    rounds: 15,
  });
}

function tradingSignals(series: readonly number[][]): void {
  for (const closes of series) {
    const averages = [new SMA(20), new SMA(50), new SMA(200), new EMA(12), new EMA(26)];
    const macdOfCloses = new MACD(new EMA(12), new EMA(26), new EMA(9));
    const indicators = [...averages, macdOfCloses, new RSI(14), new BollingerBands(20, 2)];
    for (const close of closes) for (const indicator of indicators) indicator.add(close);
  }
}

function technicalIndicators(series: readonly number[][]): void {
  const periods = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 };
  for (const values of series) {
    for (const period of [20, 50, 200]) technical.SMA.calculate({ period, values });
    for (const period of [12, 26]) technical.EMA.calculate({ period, values });
    technical.MACD.calculate({ values, ...periods, SimpleMAOscillator: false, SimpleMASignal: false });
    technical.RSI.calculate({ period: 14, values });
    technical.BollingerBands.calculate({ period: 20, stdDev: 2, values });
  }
}

function indicatorTs(series: readonly number[][]): void {
  for (const closes of series) {
    for (const period of [20, 50, 200]) sma(closes, { period });
    for (const period of [12, 26]) ema(closes, { period });
    macd(closes, { fast: 12, slow: 26, signal: 9 });
    rsi(closes, { period: 14 });
    bollingerBands(closes, { period: 20 });
  }
}

/** Random walks in cents; bar 0 of each has number `firstBar`. */
function seededBars(symbols: number, length: number, firstBar = 0, seed = 0): IndicatorInput {
  const random = seededRandom(seed);
  const rowCount = symbols * length;
  const column = () => new Float64Array(rowCount);
  const columns = { ts: column(), high: column(), low: column(), close: column(), ingested_at: column() };
  const codes = new Uint32Array(rowCount);
  for (let symbol = 0, row = 0; symbol < symbols; symbol++) {
    let price = 100;
    for (let bar = 0; bar < length; bar++, row++) {
      price = Math.max(1, price * (1 + 0.04 * (random() - 0.5)));
      columns.close[row] = Math.round(price * 100) / 100;
      columns.high[row] = columns.close[row]! + random();
      columns.low[row] = columns.close[row]! - random();
      columns.ts[row] = (firstBar + bar) * 86_400_000;
      codes[row] = symbol;
    }
  }
  const values = Array.from({ length: symbols }, (_, symbol) => `S${String(symbol).padStart(4, "0")}`);
  return { rowCount, columns: { symbol: { values, codes }, ...columns } };
}

function closesOf({ rowCount, columns: { close } }: IndicatorInput, length: number): number[][] {
  return Array.from({ length: rowCount / length }, (_, i) => [
    ...close.subarray(i * length, (i + 1) * length),
  ]);
}
