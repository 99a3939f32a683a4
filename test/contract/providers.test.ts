import { createCsvProvider } from "../../core/providers/csv/index.ts";
import { datasetFiles } from "../../core/providers/dataset-layout.ts";
import { createReplayProvider } from "../../core/providers/replay/index.ts";
import { createSyntheticProvider } from "../../core/providers/synthetic/index.ts";
import { memoryDataset } from "../helpers/memory-dataset.ts";
import { providerContract } from "./provider.contract.ts";

const utc = (text: string) => Date.parse(text);

const seriesOfSynthetic = [
  {
    assetClass: "stock",
    interval: "1d",
    symbols: ["SYN0001", "SYN0002"],
    from: "2026-03-02",
    to: "2026-05-01",
  },
  {
    assetClass: "stock",
    interval: "15min",
    symbols: ["SYN0001", "SYN0002"],
    from: "2026-03-02T14:30Z",
    to: "2026-03-06T14:30Z",
  },
  {
    assetClass: "crypto",
    interval: "1h",
    symbols: ["SYNX0001", "SYNX0002"],
    from: "2025-12-30",
    to: "2026-01-03",
  },
  {
    assetClass: "forex",
    interval: "5min",
    symbols: ["SYNF0001", "SYNF0002"],
    from: "2026-01-05",
    to: "2026-01-06",
  },
] as const;

for (const { assetClass, interval, symbols, from, to } of seriesOfSynthetic) {
  providerContract(`synthetic, ${assetClass} ${interval}`, {
    open: () => createSyntheticProvider(),
    series: { assetClass, interval },
    absentSeries: null,
    symbols,
    window: { fromMs: utc(from), toMs: utc(to) },
    respectsAsOf: true,
  });
}

const header = "symbol,ts,open,high,low,close,volume\n";
const weekdaysOfJanuary2024 = [2, 3, 4, 5, 8, 9, 10, 11, 12, 16, 17, 18, 19];
const dailyRows = (symbol: string) =>
  weekdaysOfJanuary2024.map(
    (day) => `${symbol},2024-01-${String(day).padStart(2, "0")},10,${day + 11},9,${day + 10.5},1000\n`,
  );
const hourlyRows = (symbol: string) =>
  Array.from(
    { length: 24 },
    (_, hour) => `${symbol},2024-01-02T${String(hour).padStart(2, "0")}:00:00Z,5,6,4,5.5,${hour}\n`,
  );
const dataset = memoryDataset({
  "README.md": "no bars",
  "daily/stock.csv": header + dailyRows("AAA").join("") + dailyRows("BBB").join(""),
  "intraday/crypto-hour.csv": header + [...hourlyRows("C-USD"), ...hourlyRows("B-USD")].reverse().join(""),
});
const files = datasetFiles(await dataset.list());
const daily = {
  series: { assetClass: "stock", interval: "1d" },
  absentSeries: { assetClass: "stock", interval: "1h" },
  symbols: ["AAA", "BBB"],
  window: { fromMs: utc("2024-01-03"), toMs: utc("2024-01-19") },
} as const;
const hourly = {
  series: { assetClass: "crypto", interval: "1h" },
  absentSeries: { assetClass: "crypto", interval: "1d" },
  symbols: ["B-USD", "C-USD"],
  window: { fromMs: utc("2024-01-02T01:00Z"), toMs: utc("2024-01-02T20:00Z") },
} as const;

for (const [name, series] of Object.entries({ daily, hourly })) {
  providerContract(`replay, ${name}`, {
    open: () => createReplayProvider(dataset, files),
    respectsAsOf: true,
    ...series,
  });
  providerContract(`csv, ${name}`, {
    open: () => createCsvProvider(dataset, files),
    respectsAsOf: false,
    ...series,
  });
}
