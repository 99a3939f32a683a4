/** The indicator kernels without the arrays they write to: what the arithmetic costs, apart from memory. */
import { emptyBatch } from "../core/columnar/batch.ts";
import { bandLength, writeBands } from "../core/indicators/bands.ts";
import type { IndicatorInput } from "../core/indicators/index.ts";
import { StripKernels, stripLength } from "../core/indicators/kernels.ts";
import { smooth } from "../core/indicators/smoothing.ts";
import { historyLength, IndicatorStates } from "../core/indicators/state.ts";
import { SlidingDeviation, SlidingMean } from "../core/indicators/windows.ts";
import { indicatorsDaily } from "../core/tables/index.ts";
import type { Subject } from "./harness.ts";

/** All 18 columns of one series after the other, into arrays that are there already. */
export function allKernels(series: readonly IndicatorInput[]): Subject {
  const length = series[0]!.rowCount;
  const { columns } = emptyBatch(indicatorsDaily, length);
  return () => {
    for (const bars of series) {
      const kernels = new StripKernels(bars.columns, columns);
      const slots = freshSlots();
      for (let row = 0; row < length; row += stripLength) {
        kernels.advance(slots, row, Math.min(row + stripLength, length));
      }
    }
  };
}

/** The 12 columns of TA-Lib's 8 calls, with %B and band width, which the same loops give. */
export function kernelsOfTwelveColumns(series: readonly IndicatorInput[]): Subject {
  const length = series[0]!.rowCount;
  const { columns } = emptyBatch(indicatorsDaily, length);
  const scratch = () => new Float64Array(length);
  const [means, offsets, deviations, returns] = [scratch(), scratch(), scratch(), scratch()];
  const mean50 = new SlidingMean(50);
  const deviation = new SlidingDeviation(bandLength, bandLength);
  const before = historyLength - 50;
  return () => {
    for (const bars of series) {
      const closes = bars.columns.close;
      const strip = { closes, returns, from: 0, to: length, firstBar: 0, rowOffset: 0 };
      const window = { values: closes, firstBar: 0, from: 0, to: length };
      smooth(strip, freshSlots(), columns);
      mean50.write(window, means);
      columns.sma_50.set(means);
      for (let i = before; i < length; i++) {
        columns.sma_200[i] = 0.25 * (means[i]! + means[i - 50]! + (means[i - 100]! + means[i - 150]!));
      }
      deviation.write(window, offsets, deviations);
      writeBands(strip, offsets, deviations, columns);
    }
  };
}

function freshSlots(): Float64Array {
  return IndicatorStates.empty().copyWith(["A"]).slots;
}
