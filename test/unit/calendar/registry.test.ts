import { describe, expect, it } from "vitest";
import { alwaysOpen, calendarFor, forex } from "../../../core/calendar/index.ts";

const utc = (text: string) => Date.parse(text);

describe("calendarFor", () => {
  it.each([
    ["stock", "AAPL", "XNYS"],
    ["stock", "BRK.B", "XNYS"],
    ["stock", "BRK-B", "XNYS"],
    ["etf", "SPY", "XNYS"],
    ["index", "^GSPC", "XNYS"],
    ["bond", "^TNX", "XCBO"],
    ["bond", "UST10Y", "UST"],
    ["crypto", "BTC-USD", "24x7"],
    ["forex", "EURUSD", "24x5"],
    ["forex", "JPY=X", "24x5"],
    ["commodity", "CL=F", "CMES"],
    ["commodity", "WTI-SPOT", "CMES"],
    ["commodity", "XAUUSD", "24x5"],
    ["stock", "THYAO.IS", "XIST"],
    ["index", "XU100.IS", "XIST"],
  ] as const)("gives %s %s the calendar %3$s", (assetClass, symbol, id) => {
    expect(calendarFor(assetClass, symbol)?.id).toBe(id);
  });

  it.each(["AET.L", "7203.T", "4063.T", "DEX.AX"])("knows no calendar for the stock %s", (symbol) => {
    expect(calendarFor("stock", symbol)).toBeNull();
  });

  it.each(["^N225", "^GDAXI", "^NSEI", "XU100.L"])("knows no calendar for the index %s", (symbol) => {
    expect(calendarFor("index", symbol)).toBeNull();
  });
});

describe("24x5", () => {
  it("opens on Sunday at 17:00 New York time and closes on Friday at 17:00, in winter and in summer", () => {
    expect(forex.isOpen(utc("2026-11-15T21:59Z"))).toBe(false);
    expect(forex.isOpen(utc("2026-11-15T22:00Z"))).toBe(true);
    expect(forex.isOpen(utc("2026-11-20T21:59Z"))).toBe(true);
    expect(forex.isOpen(utc("2026-11-20T22:00Z"))).toBe(false);
    expect(forex.isOpen(utc("2026-07-12T21:00Z"))).toBe(true);
    expect(forex.isOpen(utc("2026-07-17T21:00Z"))).toBe(false);
  });

  it("counts Sunday evening to Monday's session", () => {
    expect(forex.sessionDateOf(utc("2026-11-15T23:00Z"))).toBe("2026-11-16");
    expect(forex.session("2026-11-15")).toBeNull();
  });

  it("has part of a session in a UTC Sunday but none in a UTC Saturday", () => {
    expect(forex.overlaps(utc("2026-11-15"), utc("2026-11-16"))).toBe(true);
    expect(forex.overlaps(utc("2026-11-14"), utc("2026-11-15"))).toBe(false);
  });
});

describe("24x7", () => {
  it("is open on Sundays and at New Year, a UTC day per session", () => {
    const session = alwaysOpen.session("2023-01-01")!;
    expect(session).toMatchObject({
      openMs: Date.parse("2023-01-01T00:00Z"),
      closeMs: Date.parse("2023-01-02T00:00Z"),
    });
    expect(alwaysOpen.expectedBars(session, 900_000)).toBe(96);
  });
});
