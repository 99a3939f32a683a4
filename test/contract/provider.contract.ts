import { describe, expect, it } from "vitest";
import { toRows } from "../../core/columnar/batch.ts";
import type { Series } from "../../core/lake/keys.ts";
import { intervalMs } from "../../core/market.ts";
import { UnknownSymbolError } from "../../core/providers/errors.ts";
import type {
  BarQuery,
  Provider,
  ProviderIo,
  ProviderResponse,
  Receipt,
} from "../../core/providers/provider.ts";
import { rawBars, type Row } from "../../core/tables/index.ts";
import { noIo } from "../helpers/provider-io.ts";

type RawRow = Row<typeof rawBars>;

export interface ProviderSubject {
  open(): Promise<Provider> | Provider;
  /** A series it has, and one it has not; null for a provider that has all. */
  readonly series: Series;
  readonly absentSeries: Series | null;
  /** Two of its symbols with bars throughout the window. */
  readonly symbols: readonly [string, string];
  readonly window: { readonly fromMs: number; readonly toMs: number };
  /** Whether a query is answered with what could be known at its `asOfMs`. */
  readonly respectsAsOf: boolean;
  /** For providers that ask the web. */
  readonly io?: ProviderIo;
  /** What it says of a symbol that it does not know: that there are no rows, by default, or so. */
  readonly unknownSymbol?: "no_rows" | "error";
  /** Whether its bars are made of one price, as yields are. */
  readonly onePrice?: boolean;
  /** A response with one row of the first symbol: low "ten", open 1. By default our CSV. */
  readonly malformed?: ProviderResponse;
}

function receiptFor(provider: Provider, query: BarQuery): Receipt {
  return {
    assetClass: query.assetClass,
    interval: query.interval,
    provider: provider.id,
    runId: "run-1",
    ingestedAtMs: query.asOfMs,
    adjustment: provider.adjustment,
    currency: null,
  };
}

/** All rows of a query, through the three steps, in the order received. */
export async function fetchRows(
  provider: Provider,
  query: BarQuery,
  io: ProviderIo = noIo,
): Promise<RawRow[]> {
  const rows: RawRow[] = [];
  for (const request of provider.transformQuery(query)) {
    const response = await provider.extract(request, io);
    const { bars } = await provider.transform(response, request, receiptFor(provider, query));
    rows.push(...toRows(rawBars, bars));
  }
  return rows;
}

const facts = ({ symbol, ts, open, high, low, close, volume }: RawRow) =>
  [symbol, ts, open, high, low, close, volume] as const;

const bySymbolAndTime = (a: RawRow, b: RawRow) =>
  a.symbol === b.symbol ? a.ts! - b.ts! : a.symbol! < b.symbol! ? -1 : 1;

function malformedCsv(symbol: string): ProviderResponse {
  const line = `${symbol},2024-01-02T15:00:00Z,1,2,ten,1,100`;
  const body = Buffer.from(`symbol,ts,open,high,low,close,volume\n${line}\n`);
  return { body, extension: "csv" };
}

/** What every provider promises. */
export function providerContract(name: string, subject: ProviderSubject): void {
  const { series, symbols, window, io = noIo } = subject;
  const lengthMs = intervalMs[series.interval];
  const later = { asOfMs: window.toMs + 10 * 86_400_000 };
  const query = (part: Partial<BarQuery> = {}): BarQuery => ({
    ...series,
    symbols,
    ...window,
    ...later,
    ...part,
  });

  const rowsOf = (provider: Provider, asked: BarQuery) => fetchRows(provider, asked, io);

  describe(`provider ${name}`, () => {
    it("has an id that fits into object keys", async () => {
      expect((await subject.open()).id).toMatch(/^[a-z][a-z0-9_]{1,30}$/);
    });

    it("says which series it has", async () => {
      const provider = await subject.open();
      expect(provider.covers(series)).toBe(true);
      expect(subject.absentSeries !== null && provider.covers(subject.absentSeries)).toBe(false);
    });

    it("serves the symbols of its universe, each named once", async () => {
      const universe = await (await subject.open()).universe(series);
      expect(universe).toEqual(expect.arrayContaining([...symbols]));
      expect(new Set(universe).size).toBe(universe.length);
    });

    it("answers with bars of the symbols and the half-open window asked for, and of no other", async () => {
      const rows = await rowsOf(await subject.open(), query());
      expect(new Set(rows.map((row) => row.symbol))).toEqual(new Set(symbols));
      for (const { ts } of rows) {
        expect(ts).toBeGreaterThanOrEqual(window.fromMs);
        expect(ts).toBeLessThan(window.toMs);
      }
    });

    it("gives the first bar of a window that starts with it, and not of one that ends with it", async () => {
      const provider = await subject.open();
      const [, second] = (await rowsOf(provider, query({ symbols: [symbols[0]] }))).sort(bySymbolAndTime);
      const from = await rowsOf(provider, query({ symbols: [symbols[0]], fromMs: second!.ts! }));
      const until = await rowsOf(provider, query({ symbols: [symbols[0]], toMs: second!.ts! }));
      expect(from.sort(bySymbolAndTime)[0]!.ts).toBe(second!.ts);
      expect(until).toHaveLength(1);
    });

    it("gives in two windows what it gives in one, bit for bit", async () => {
      const provider = await subject.open();
      const middleMs = (window.fromMs + window.toMs) / 2;
      const parts = [
        ...(await rowsOf(provider, query({ toMs: middleMs }))),
        ...(await rowsOf(provider, query({ fromMs: middleMs }))),
      ];
      const whole = await rowsOf(provider, query());
      expect(parts.sort(bySymbolAndTime)).toEqual(whole.sort(bySymbolAndTime));
    });

    it("answers the same query with the same bytes, also when opened anew", async () => {
      const bodies = [await subject.open(), await subject.open()].map(async (provider) => {
        const responses = provider.transformQuery(query()).map((request) => provider.extract(request, io));
        return (await Promise.all(responses)).map(({ body }) => Buffer.from(body).toString("hex"));
      });
      expect(await bodies[0]).toEqual(await bodies[1]);
    });

    it("gives no rows for a symbol that it does not know", async () => {
      const unknown = query({ symbols: ["NOSUCH-USD"] });
      const rows = await rowsOf(await subject.open(), unknown).catch((error: unknown) => error);
      const outcome = rows instanceof UnknownSymbolError ? "error" : rows;
      expect(outcome).toEqual(subject.unknownSymbol === "error" ? "error" : []);
    });

    it("adds the receipt to every row", async () => {
      const provider = await subject.open();
      for (const row of await rowsOf(provider, query())) {
        expect(row).toMatchObject({ provider: provider.id, run_id: "run-1", ingested_at: later.asOfMs });
        expect(["none", "split", "split_dividend"]).toContain(row.adjustment);
        expect(row.parse_error).toBeNull();
      }
    });

    it("keeps a row with an unreadable cell and says what is wrong with it", async () => {
      const provider = await subject.open();
      const response = subject.malformed ?? malformedCsv(symbols[0]);
      const receipt = receiptFor(provider, query());
      const [request] = provider.transformQuery(query());
      const { bars } = await provider.transform(response, request, receipt);
      const [row] = toRows(rawBars, bars);
      expect(row).toMatchObject({
        symbol: symbols[0],
        open: subject.onePrice === true ? null : 1,
        low: null,
      });
      expect(row!.received_text).toContain("ten");
      expect(row!.parse_error).toContain('"ten"');
    });

    it.runIf(subject.respectsAsOf)(
      "knows no final bar before it is over, and no bar before it begins",
      async () => {
        const provider = await subject.open();
        const asOfMs = window.fromMs + Math.floor((window.toMs - window.fromMs) / 2) + lengthMs / 3;
        const rows = await rowsOf(provider, query({ asOfMs }));
        expect(rows.length).toBeGreaterThan(0);
        for (const { ts, is_final } of rows) {
          expect(ts).toBeLessThan(asOfMs);
          expect(is_final).toBe(ts! + lengthMs <= asOfMs);
        }
      },
    );

    it.runIf(subject.respectsAsOf)("gives a final bar the same whenever it is asked", async () => {
      const provider = await subject.open();
      const asOfMs = window.fromMs + Math.floor((window.toMs - window.fromMs) / 2) + lengthMs / 3;
      const early = (await rowsOf(provider, query({ asOfMs }))).filter((row) => row.is_final).map(facts);
      const late = (await rowsOf(provider, query())).map(facts);
      expect(late).toEqual(expect.arrayContaining(early));
    });
  });
}
