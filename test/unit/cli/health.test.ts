import { expect, test } from "vitest";
import { formatProviders } from "../../../cli/format/health.ts";
import type { ProviderStatus } from "../../../core/health/index.ts";
import { providerStatus } from "../../../core/health/providers.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";

const well = providerStatus({ provider: "fmp", lane: null, isNeeded: true }, defaultLakeSettings, 0);
const failed = (provider: string, lastFailureText: string): ProviderStatus => ({
  ...well,
  provider,
  lastFailureText,
  secondsSinceFailure: 3,
});

test("what providers failed with is told whole below their table, however narrow the terminal", () => {
  const text = "expected a whole response, got a broken connection (ECONNREFUSED) after 10 of 2,000 bytes";
  const lines = [
    ...formatProviders([well, failed("yahoo", text), failed("binance", "HTTP 418")], { widthMax: 80 }),
  ];
  const [header, , ...more] = lines;
  expect(header!.trim().split(/ {2,}/)).toEqual([
    "provider",
    "breaker",
    "today",
    "this_month",
    "answered",
    "failed",
  ]);
  expect(more.slice(3)).toEqual([
    "yahoo failed with: expected a whole response, got a broken connection\n",
    "  (ECONNREFUSED) after 10 of 2,000 bytes\n",
    "binance failed with: HTTP 418\n",
  ]);
  expect(lines.every((line) => line.trimEnd().length <= 80)).toBe(true);
});
