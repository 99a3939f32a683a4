/**
 * Indicators of real series against TA-Lib and exact arithmetic. `node test/python/indicators.ts [python]` runs it
 * alone. Skipped where the real series or TA-Lib are absent.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { advanceIndicators, IndicatorStates } from "../../core/indicators/index.ts";
import { indicatorsDaily } from "../../core/tables/index.ts";
import { indicatorBars, valuesOf, type BarSeries, type NumberColumn } from "../helpers/indicator-bars.ts";
import { hasSharedData, readSharedText } from "../helpers/shared-data.ts";

const script = fileURLToPath(new URL("talib_check.py", import.meta.url));
const outputBytesMax = 0x1000_0000;

/** Series of every asset class, with negative and zero prices, prices of 1e-8, splits and intraday bars. */
const realSeries: Readonly<Record<string, readonly string[]>> = {
  "daily/stock.csv.gz": ["AAPL", "MSFT", "SENEB", "AUMN"],
  "daily/stock-raw.csv.gz": ["AAPL", "IBM"],
  "daily/stock-bist.csv.gz": ["THYAO.IS"],
  "daily/index.csv.gz": ["^GSPC", "^VIX"],
  "daily/commodity.csv.gz": ["CL=F", "WTI-SPOT"],
  "daily/bond.csv.gz": ["UST3M", "^IRX"],
  "daily/crypto.csv.gz": ["BTC-USD", "SHIB-USD"],
  "daily/forex.csv.gz": ["EURUSD"],
  "intraday/stock-15min.csv.gz": ["AAPL"],
  "intraday/crypto-hour.csv.gz": ["BTC-USD"],
};

export interface CheckResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Compares every series above; prints what differs. `python`: an interpreter that may have TA-Lib. */
export async function check(python: string): Promise<CheckResult> {
  const count = Object.values(realSeries).flat().length;
  if (!hasSharedData) return skip(count, "../shared/data is absent");
  if (spawnSync(python, ["-c", "import talib"]).status !== 0) return skip(count, `${python} has no TA-Lib`);
  const input = Object.entries(realSeries).flatMap(([path, symbols]) => readSeries(path, symbols));
  const { stdout, stderr, status } = spawnSync(python, [script], {
    input: input.map(({ path, series }) => `${JSON.stringify(withColumns(path, series))}\n`).join(""),
    encoding: "utf8",
    maxBuffer: outputBytesMax,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0) throw new Error(`${script} ended with "${status}": ${stderr}`);
  const answers = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { name: string; problems: string[] });
  const wrong = answers.filter(({ problems }) => problems.length > 0);
  for (const { name, problems } of wrong) console.log(`${name}: ${problems.join("; ")}`);
  return { passed: answers.length - wrong.length, failed: wrong.length, skipped: count - answers.length };
}

function skip(count: number, reason: string): CheckResult {
  console.log(`skipped the comparison of indicators with TA-Lib: ${reason}`);
  return { passed: 0, failed: 0, skipped: count };
}

function readSeries(path: string, symbols: readonly string[]): { path: string; series: BarSeries }[] {
  const lines = readSharedText(path).trim().split("\n");
  return symbols.flatMap((symbol) => {
    const bars = lines
      .filter((line) => line.startsWith(`${symbol},`))
      .map((line) => line.split(",").map(Number));
    if (bars.length === 0) return [];
    const column = (at: number) => bars.map((bar) => bar[at]!);
    return [{ path, series: { symbol, high: column(3), low: column(4), close: column(5) } }];
  });
}

function withColumns(path: string, series: BarSeries) {
  const { rows } = advanceIndicators(IndicatorStates.empty(), indicatorBars(series));
  const names = indicatorsDaily.columns
    .filter(({ nullable }) => nullable)
    .map(({ name }) => name as NumberColumn);
  const { high, low, close } = series;
  const columns = Object.fromEntries(names.map((name) => [name, valuesOf(rows, name)]));
  return { name: `${path} ${series.symbol}`, high, low, close, columns };
}

if (import.meta.main) {
  const result = await check(process.argv[2] ?? process.env["MARKETLAKE_PYTHON"] ?? "python3");
  console.log(result);
  if (result.failed > 0) process.exitCode = 1;
}
