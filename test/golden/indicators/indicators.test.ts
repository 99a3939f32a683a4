/** Our indicators against TA-Lib and exact arithmetic; `make_golden.py` says how the cases were made. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test, describe } from "vitest";
import { advanceIndicators, IndicatorStates } from "../../../core/indicators/index.ts";
import { indicatorBars, valueIn, type NumberColumn } from "../../helpers/indicator-bars.ts";

interface Case {
  readonly series:
    | { readonly high: number[]; readonly low: number[]; readonly close: number[] }
    | { readonly package_file: string; readonly columns: readonly [string, string, string] };
  readonly rows: readonly number[];
  readonly talib: Readonly<Record<string, readonly (number | null)[]>>;
  readonly exact: Readonly<Record<string, readonly (number | null)[]>>;
}

const relativeTolerance = 1e-9;
const sigmaTolerance = 1e-10;
/** Both sides round every step: differences of nearly equal prices agree to this share of the largest price so far. */
const roundingShare = 1e-14;

const packages = join(import.meta.dirname, "../../../node_modules");
const caseFiles = globSync(join(import.meta.dirname, "cases/*.json")).sort();

describe.each(caseFiles.map((path) => [basename(path, ".json"), path] as const))(
  "indicators of %s",
  (_, path) => {
    const golden = JSON.parse(readFileSync(path, "utf8")) as Case;
    const series = "close" in golden.series ? golden.series : packageSeries(golden.series);
    const { rows } = advanceIndicators(
      IndicatorStates.empty(),
      indicatorBars({ symbol: "GOLDEN", ...series }),
    );
    const scales = runningMax(series);

    test.each(Object.entries(golden.talib))("%s is what TA-Lib gives", (column, expected) => {
      const floorAt = (row: number) => (column === "rsi_14" ? 0 : roundingShare * scales[row]!);
      expect(differences(column as NumberColumn, expected, floorAt)).toEqual([]);
    });

    test.each(Object.entries(golden.exact).filter(([column]) => column !== "sigma"))(
      "%s is what exact arithmetic gives",
      (column, expected) => {
        const floorAt = (row: number) => roundingFloor(column, series.close, row);
        expect(differences(column as NumberColumn, expected, floorAt)).toEqual([]);
      },
    );

    test("the Bollinger deviation has ten digits", () => {
      const wrong = golden.rows.filter((row, i) => {
        const expected = golden.exact["sigma"]![i]!;
        const width = valueIn(rows, "bb_width", row);
        if (expected === null || width === null) return false;
        const sigma = (width * valueIn(rows, "bb_middle", row)!) / 4;
        return Math.abs(sigma - expected) > sigmaTolerance * expected;
      });
      expect(wrong).toEqual([]);
    });

    function differences(
      column: NumberColumn,
      expected: readonly (number | null)[],
      floorAt: (row: number) => number,
    ): string[] {
      return golden.rows.flatMap((row, i) => {
        const found = valueIn(rows, column, row);
        const wanted = expected[i]!;
        const agree =
          found === null || wanted === null
            ? found === wanted
            : Math.abs(found - wanted) <= relativeTolerance * Math.abs(wanted) + floorAt(row);
        return agree ? [] : [`row ${row}: ${found} is not ${wanted}`];
      });
    }
  },
);

function packageSeries({ package_file, columns }: { package_file: string; columns: readonly string[] }) {
  const [header, ...lines] = readFileSync(join(packages, package_file), "utf8").trim().split("\n");
  const names = header!.trim().split(",");
  const column = (name: string) => lines.map((line) => Number(line.split(",")[names.indexOf(name)]));
  return { high: column(columns[0]!), low: column(columns[1]!), close: column(columns[2]!) };
}

/** Largest magnitude of a price up to each bar. */
function runningMax({ high, low }: { high: number[]; low: number[] }): number[] {
  let largest = 0;
  return high.map((price, i) => (largest = Math.max(largest, Math.abs(price), Math.abs(low[i]!))));
}

/** What rounding the result to a double may cost: nothing for deviations, some ulps of the price for sums of prices. */
function roundingFloor(column: string, close: readonly number[], row: number): number {
  if (column === "volatility_20" || column === "bb_width" || column.startsWith("price_change")) return 0;
  if (column === "bb_position") return 1e-11;
  const largest = Math.max(...close.slice(Math.max(0, row - 199), row + 1).map(Math.abs));
  return 4 * Number.EPSILON * largest;
}
