import { describe, expect, it } from "vitest";
import { datasetFiles } from "../../../core/providers/dataset-layout.ts";
import type { BarQuery, Provider } from "../../../core/providers/provider.ts";
import { createCsvProvider } from "../../../core/providers/csv/index.ts";
import { createReplayProvider } from "../../../core/providers/replay/index.ts";
import { memoryDataset } from "../../helpers/memory-dataset.ts";
import { noIo } from "../../helpers/provider-io.ts";

const header = "symbol,ts,open,high,low,close,volume\n";
const utc = (text: string) => Date.parse(text);

const row = (symbol: string, price: number) => `${symbol},2024-01-02,${price},${price},${price},${price},1\n`;

async function answers(provider: Provider, query: BarQuery) {
  const responses = await Promise.all(
    provider.transformQuery(query).map((request) => provider.extract(request, noIo)),
  );
  return responses
    .map(({ body, adjustment }) => ({ text: Buffer.from(body).toString(), adjustment }))
    .filter(({ text }) => text.split("\n").length > 2);
}

async function replay(files: Record<string, string>) {
  const reader = memoryDataset(files);
  return createReplayProvider(reader, datasetFiles(await reader.list()));
}

const allOfStock = {
  assetClass: "stock",
  interval: "1d",
  fromMs: 0,
  toMs: utc("2030-01-01"),
  asOfMs: utc("2030-01-01"),
} as const;

describe("replay", () => {
  it("gives the rows of a file byte for byte, whatever is wrong with them", async () => {
    const rows = ["A,2024-01-02,1,,0,x,5\r\n", "A,2024-01-03,1.50,1.5,1e0,1, 7\n"];
    const provider = await replay({ "daily/stock.csv": header + rows.join("") });
    expect(await answers(provider, { ...allOfStock, symbols: ["A"] })).toEqual([
      { text: header + rows.join(""), adjustment: "split" },
    ]);
  });

  it("finds rows by symbol and time in a file in any order, with columns in any order and quoted cells", async () => {
    const text = [
      'Volume,Date,"Ticker",open,high,low,close',
      '1,2024-01-03,"B",1,1,1,1',
      "2,2024-01-03,A,1,1,1,1",
      '3,2024-01-02,"A",1,1,1,1',
      "",
    ].join("\r\n");
    const provider = await replay({ "daily/stock.csv": `\uFEFF${text}` });
    const [answer] = await answers(provider, { ...allOfStock, symbols: ["A"] });
    expect(answer!.text.split("\r\n").map((line) => line[0])).toEqual(["V", "3", "2", undefined]);
    expect(await provider.universe({ assetClass: "stock", interval: "1d" })).toEqual(["A", "B"]);
  });

  it("delivers a row whose symbol or time cannot be read with its neighbour", async () => {
    const rows = [
      ",2024-01-01,1,1,1,1,1\n",
      "A,2024-01-02,1,1,1,1,1\n",
      "A,soon,1,1,1,1,1\n",
      ",,1,1,1,1,1\n",
      "B,2024-01-03,1,1,1,1,1",
    ];
    const provider = await replay({ "daily/stock.csv": header + rows.join("") });
    const [answer] = await answers(provider, { ...allOfStock, symbols: ["A"] });
    expect(answer!.text).toBe(header + rows.slice(0, 4).join(""));
  });

  it("knows a daily stock bar when its session closes, on half days at 13:00, and a crypto bar at midnight UTC", async () => {
    const provider = await replay({
      "daily/stock.csv": `${header}A,2026-11-20,1,1,1,1,1\nA,2026-11-27,1,1,1,1,1\n`,
      "daily/crypto.csv": `${header}A,2026-11-20,1,1,1,1,1\n`,
      "daily/forex.csv": `${header}A,2026-11-20,1,1,1,1,1\n`,
    });
    const isKnown = async (assetClass: BarQuery["assetClass"], date: string, asOf: string) => {
      const fromMs = utc(date);
      const query = {
        assetClass,
        interval: "1d",
        symbols: ["A"],
        fromMs,
        toMs: fromMs + 1,
        asOfMs: utc(asOf),
      } as const;
      return (await answers(provider, query)).length === 1;
    };
    expect(await isKnown("stock", "2026-11-20", "2026-11-20T20:59Z")).toBe(false);
    expect(await isKnown("stock", "2026-11-20", "2026-11-20T21:00Z")).toBe(true);
    expect(await isKnown("stock", "2026-11-27", "2026-11-27T18:00Z")).toBe(true);
    for (const assetClass of ["crypto", "forex"] as const) {
      expect(await isKnown(assetClass, "2026-11-20", "2026-11-20T23:59Z")).toBe(false);
      expect(await isKnown(assetClass, "2026-11-20", "2026-11-21T00:00Z")).toBe(true);
    }
  });

  it("serves a symbol from the plain file of a series, others from its variants, each with its adjustment", async () => {
    const provider = await replay({
      "daily/stock-bist.csv": header + row("B.IS", 3),
      "daily/stock-raw.csv": header + row("A", 2) + row("C", 2),
      "daily/stock.csv": header + row("A", 1),
    });
    expect(await answers(provider, { ...allOfStock, symbols: ["A", "B.IS", "C"] })).toEqual([
      { text: header + row("A", 1), adjustment: "split" },
      { text: header + row("B.IS", 3), adjustment: "split_dividend" },
      { text: header + row("C", 2), adjustment: "none" },
    ]);
  });

  it("fails on a file without a header of bars and reads it anew at the next query", async () => {
    const files = { "daily/stock.csv": "price\n1\n" };
    const provider = await replay(files);
    await expect(answers(provider, { ...allOfStock, symbols: ["A"] })).rejects.toThrow("daily/stock.csv");
    files["daily/stock.csv"] = `${header}A,2024-01-02,1,1,1,1,1\n`;
    expect(await answers(provider, { ...allOfStock, symbols: ["A"] })).toHaveLength(1);
  });
});

describe("csv", () => {
  it("hides no row of the future", async () => {
    const reader = memoryDataset({ "my.csv": `${header}A,2029-01-02,1,1,1,1,1\n` });
    const provider = createCsvProvider(reader, [
      { path: "my.csv", assetClass: "stock", interval: "1d", adjustment: "none" },
    ]);
    expect(await answers(provider, { ...allOfStock, symbols: ["A"], asOfMs: 0 })).toHaveLength(1);
  });
});
