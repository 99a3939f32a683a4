/** Binance spot candles, public and without a key: https://developers.binance.com/docs/binance-spot-api-docs/rest-api */
import { intervalMs } from "../../market.ts";
import * as z from "../../zod.ts";
import { RateLimitedError, UnknownSymbolError } from "../errors.ts";
import type { BarQuery, Provider, ProviderResponse, Receipt, Received } from "../provider.ts";
import { type Answer, ask, subjectOf, type Vendor, type VendorCall } from "../vendor/ask.ts";
import { BarRows, type Window } from "../vendor/bar-rows.ts";
import { parseBody } from "../vendor/body.ts";
import { type Cell, jsonNumber, textNumber } from "../vendor/cells.ts";
import { excerpt, InvalidKeyError, RequestRefusedError, VendorDownError } from "../vendor/errors.ts";
import { universeOf, type VendorOptions } from "../vendor/options.ts";
import { spans } from "../vendor/spans.ts";

const barsPerCallMax = 1_000;
/** "Weight", whatever the number of candles: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints */
const weightPerCall = 2;

interface BinanceRequest {
  readonly call: VendorCall;
  readonly symbol: string;
  readonly window: Window;
}

/** `BTC-USDT` is `BTCUSDT`. Dollars are not traded there, so `BTC-USD` is unknown. */
export const binanceSymbol = (symbol: string) => symbol.replaceAll(/[-/]/g, "");

export function createBinanceProvider(options: VendorOptions = {}): Provider<BinanceRequest> {
  const vendor: Vendor = {
    id: "binance",
    baseUrl: options.baseUrl ?? "https://api.binance.com",
    timeoutMs: options.timeoutMs,
    format: "json",
    key: null,
    failure: binanceFailure,
  };
  return {
    id: vendor.id,
    adjustment: "none",
    covers: ({ assetClass }) => assetClass === "crypto",
    universe: universeOf(options),
    transformQuery: binanceRequests,
    extract: async ({ call }, io) => ({ body: await ask(vendor, call, io), extension: "json" }),
    transform: async (response, request, receipt) => readCandles(response, request, receipt),
  };
}

function binanceRequests({ symbols, interval, fromMs, toMs }: BarQuery): BinanceRequest[] {
  const pieces = spans({ fromMs, toMs }, barsPerCallMax * intervalMs[interval]);
  const intervalName = interval.replace("min", "m");
  return symbols.flatMap((symbol) =>
    pieces.map((window) => ({
      call: {
        path: "/api/v3/klines",
        query: {
          symbol: binanceSymbol(symbol),
          interval: intervalName,
          startTime: String(window.fromMs),
          endTime: String(window.toMs - 1),
          limit: String(barsPerCallMax),
        },
        symbol,
        credits: weightPerCall,
      },
      symbol,
      window,
    })),
  );
}

/** Opening time in ms, then open, high, low, close and volume in coins as text, then what bars do not have. */
const candlesSchema = z.array(z.array(z.unknown()).check(z.minLength(6)));
const errorSchema = z.object({ code: z.number(), msg: z.string() });

function readCandles(response: ProviderResponse, request: BinanceRequest, receipt: Receipt): Received {
  const rows = new BarRows(receipt, request.window);
  const currency = /[-/]([A-Z]+)$/.exec(request.symbol)?.[1] ?? null;
  for (const candle of parseBody("binance", candlesSchema, response)) {
    const [open, high, low, close, volume] = candle.slice(1, 6).map(textNumber) as [
      Cell,
      Cell,
      Cell,
      Cell,
      Cell,
    ];
    const ts = jsonNumber(candle[0]);
    rows.add({ symbol: request.symbol, ts, open, high, low, close, volume, currency, received: candle });
  }
  return rows.finish();
}

/** Codes of trouble within Binance: unknown, disconnected, unexpected, timed out, overloaded, shutting down. */
const passingCodes: ReadonlySet<number> = new Set([-1000, -1001, -1006, -1007, -1008, -1016]);

/** 429 is a warning, 418 a ban for not heeding it, 451 a country where Binance does not serve. */
function binanceFailure({ status, text, json }: Answer, call: VendorCall): Error | null {
  const subject = subjectOf("binance", call);
  const said = `got HTTP ${status} ${excerpt(text)}`;
  const code = errorSchema.safeParse(json).data?.code;
  if (status === 418 || status === 429 || code === -1003) {
    return new RateLimitedError(`${subject}: too many calls, ${said}`, "minute");
  }
  if (status === 451)
    return new InvalidKeyError(`${subject}: access was refused, ${said}; use another provider`);
  if (code === undefined) return null;
  if (code === -1121) {
    return new UnknownSymbolError(
      call.symbol ?? "",
      `${subject}: unknown, ${said}; pairs look like "BTC-USDT"`,
    );
  }
  return passingCodes.has(code)
    ? new VendorDownError(`${subject}: expected an answer, ${said}; try again later`)
    : new RequestRefusedError(`${subject}: the request was refused, ${said}`);
}
