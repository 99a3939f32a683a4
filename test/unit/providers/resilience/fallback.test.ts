import { describe, expect, test } from "vitest";
import { TerminalError, TransientError } from "../../../../core/errors.ts";
import { BudgetExhaustedError, UnknownSymbolError } from "../../../../core/providers/errors.ts";
import type { BarQuery, Provider, ProviderIo } from "../../../../core/providers/provider.ts";
import {
  askInOrder,
  type Answer,
  type FallbackOptions,
  type Unanswered,
} from "../../../../core/providers/resilience/index.ts";
import { scriptedIo, scriptedProvider } from "../../../helpers/scripted-provider.ts";

const symbols = ["AAPL", "MSFT", "NVDA", "TSLA", "AMZN"];
const query: BarQuery = {
  assetClass: "stock",
  interval: "15min",
  symbols,
  fromMs: 0,
  toMs: 900_000,
  asOfMs: 900_000,
};

/** Statuses by host and symbols; 200 where none is given. */
function world(statuses: Readonly<Record<string, number>>): { io: ProviderIo; asked: string[] } {
  const asked: string[] = [];
  const io = scriptedIo(({ url }) => {
    const { hostname, pathname } = new URL(url);
    const question = hostname.replace(".test", "") + pathname;
    asked.push(question);
    return { status: statuses[question] ?? statuses[hostname.replace(".test", "")] ?? 200 };
  });
  return { io, asked };
}

async function outcomes(
  providers: readonly Provider[],
  io: ProviderIo,
  options?: FallbackOptions,
): Promise<(Answer | Unanswered)[]> {
  const all: (Answer | Unanswered)[] = [];
  for await (const outcome of askInOrder(providers, query, io, options)) all.push(outcome);
  return all;
}

const servedBy = (all: readonly (Answer | Unanswered)[]) =>
  all.map((outcome) => (outcome.kind === "answer" ? outcome.provider.id : "nobody"));

const isUnknownSymbol = (error: unknown) => error instanceof UnknownSymbolError;

const [first, second] = [scriptedProvider("first"), scriptedProvider("second")];

describe("asking in order", () => {
  test("asks the first provider alone while it answers", async () => {
    const { io, asked } = world({});
    expect(servedBy(await outcomes([first, second], io))).toEqual(symbols.map(() => "first"));
    expect(asked).toEqual(symbols.map((symbol) => `first/${symbol}`));
  });

  test("asks the next provider for what the first fails to answer, and for nothing else", async () => {
    const { io, asked } = world({ "first/NVDA": 503 });
    const all = await outcomes([first, second], io);
    expect(servedBy(all)).toEqual(["first", "first", "second", "first", "first"]);
    expect(asked.filter((question) => question.startsWith("second"))).toEqual(["second/NVDA"]);
  });

  test("tells who should have answered and why it did not", async () => {
    const { io } = world({ first: 503 });
    const [outcome] = await outcomes([first, second], io);
    expect(outcome!.misses).toMatchObject([{ provider: "first", error: { message: "first: got HTTP 503" } }]);
  });

  test("gives back, as a query, what nobody answers, and goes on with the rest", async () => {
    const { io } = world({ "first/MSFT": 503, "second/MSFT": 500 });
    const all = await outcomes([first, second], io);
    expect(servedBy(all)).toEqual(["first", "nobody", "first", "first", "first"]);
    const unanswered = all[1] as Unanswered;
    expect(unanswered.query).toEqual({ ...query, symbols: ["MSFT"] });
    expect(unanswered.error).toBeInstanceOf(TransientError);
    expect(unanswered.misses.map(({ provider }) => provider)).toEqual(["first", "second"]);
  });

  test("takes the providers' own requests: batches stay batches", async () => {
    const { io, asked } = world({ "first/TSLA,AMZN": 503 });
    const all = await outcomes([scriptedProvider("first", 3), scriptedProvider("second", 1)], io);
    expect(asked).toEqual(["first/AAPL,MSFT,NVDA", "first/TSLA,AMZN", "second/TSLA", "second/AMZN"]);
    expect(servedBy(all)).toEqual(["first", "second", "second"]);
  });

  test("does not ask another provider about a symbol that the first does not know", async () => {
    const { io, asked } = world({ "first/NVDA": 404 });
    const all = await outcomes([first, second], io);
    expect(asked).toHaveLength(symbols.length);
    expect((all[2] as Unanswered).error).toBeInstanceOf(UnknownSymbolError);
  });

  test("asks another provider about it where that is configured", async () => {
    const { io } = world({ "first/NVDA": 404 });
    const options = { fallsThrough: isUnknownSymbol };
    expect(servedBy(await outcomes([first, second], io, options))[2]).toBe("second");
  });

  test("asks the next provider where a budget is used up", async () => {
    const spent: Provider = { ...first, extract: () => Promise.reject(new BudgetExhaustedError("spent", 1)) };
    expect(servedBy(await outcomes([spent, second], world({}).io))).toEqual(symbols.map(() => "second"));
  });

  test("gives out what a provider answered before it failed in the middle of a piece", async () => {
    const { io } = world({ "first/late": 503 });
    const pages: Provider<{ symbols: string[] }> = {
      ...first,
      transformQuery: ({ symbols }) =>
        symbols.flatMap((symbol) => [{ symbols: [symbol] }, { symbols: ["late"] }]),
    };
    const all = await outcomes([pages, second], io);
    expect(servedBy(all).slice(0, 2)).toEqual(["first", "second"]);
  });

  test("throws programming errors", async () => {
    const broken: Provider = { ...first, extract: () => Promise.reject(new TypeError("bug")) };
    await expect(outcomes([broken, second], world({}).io)).rejects.toThrow("bug");
  });

  test("does not take an error of whoever reads the answers for one of the provider", async () => {
    const { io, asked } = world({});
    const reading = async () => {
      for await (const outcome of askInOrder([first, second], query, io)) {
        throw new TerminalError(`cannot read ${outcome.kind}`);
      }
    };
    await expect(reading()).rejects.toThrow("cannot read answer");
    expect(asked).toEqual(["first/AAPL"]);
  });

  test("passes over providers that do not cover the series", async () => {
    const { io, asked } = world({});
    const unable: Provider = { ...first, covers: () => false };
    expect(servedBy(await outcomes([unable, second], io))).toEqual(symbols.map(() => "second"));
    expect(asked).toHaveLength(symbols.length);
  });

  test.each([[[]], [[{ ...first, covers: () => false }]]])(
    "names a series that nobody covers",
    async (providers) => {
      await expect(outcomes(providers, world({}).io)).rejects.toThrow(/15min bars of asset class "stock"/);
    },
  );
});
