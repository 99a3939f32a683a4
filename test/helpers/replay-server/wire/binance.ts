/** https://api.binance.com/api/v3/klines: rows are arrays, oldest first; prices are text. */
import { intervalMs, parseInterval } from "../../../../core/market.ts";
import type { Market } from "../market.ts";
import { jsonReply, type Reply, type Route, type VendorRequest } from "../vendors.ts";
import { named } from "./symbols.ts";

export const binanceRoute: Route = { provider: "binance", path: /^\/api\/v3\/klines$/, answer };

const defaultLimit = 500;
const limitMax = 1_000;

function answer({ query }: VendorRequest, market: Market): Reply {
  const instrument = named(query["symbol"] ?? "");
  const interval = parseInterval(query["interval"] ?? "");
  if (interval === undefined) return jsonReply({ code: -1120, msg: "Invalid interval." }, 400);
  if (instrument.assetClass !== "crypto" || !market.knows("crypto", instrument.symbol)) {
    return jsonReply({ code: -1121, msg: "Invalid symbol." }, 400);
  }
  const limit = Math.min(Number(query["limit"] ?? defaultLimit), limitMax);
  const lengthMs = intervalMs[interval];
  // Both ends are inclusive.
  const endMs = Math.min(Number(query["endTime"] ?? market.nowMs()) + 1, market.nowMs());
  const fromMs = Number(query["startTime"] ?? endMs - limit * lengthMs);
  // Of a market that never closes so many bars; one that a fault sends twice pushes no other out.
  const toMs = Math.min(endMs, fromMs + limit * lengthMs);
  const bars = market.bars({ ...instrument, interval, fromMs, toMs, basis: "traded" });
  return jsonReply(
    bars.map(({ tsMs, open, high, low, close, volume }) => [
      tsMs,
      `${open}`,
      `${high}`,
      `${low}`,
      `${close}`,
      `${volume}`,
      tsMs + lengthMs - 1,
      "0",
      0,
      "0",
      "0",
      "0",
    ]),
  );
}
