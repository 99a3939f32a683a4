/** Splits and dividends as vendors tell of them, beside bars. */
import { expect, it } from "vitest";
import { createYahooProvider } from "../../../../core/providers/yahoo/index.ts";
import { VendorLake } from "../../../helpers/vendor-lake.ts";

const stamp = (date: string) => Date.parse(`${date}T13:30:00Z`) / 1_000;
const day = (date: string) => Date.parse(date) / 86_400_000;

it("keeps announced ones, leaves out and tells those that cannot be true, and keeps the bars", async () => {
  const events = {
    splits: {
      announced: { date: stamp("2024-04-08"), numerator: 2, denominator: 1 },
      empty: { date: stamp("2024-03-12"), numerator: 3, denominator: 0 },
      reversed: { date: stamp("2024-03-13"), numerator: -1, denominator: 2 },
    },
    dividends: {
      paid: { date: stamp("2024-03-12"), amount: 0.25 },
      distant: { date: stamp("2029-03-12"), amount: 0.25 },
    },
  };
  const meta = {
    symbol: "ACME",
    currency: "USD",
    exchangeTimezoneName: "America/New_York",
    dataGranularity: "1d",
  };
  const indicators = { quote: [{ open: [20], high: [22], low: [19], close: [21], volume: [1_000] }] };
  const result = [{ meta, timestamp: [stamp("2024-03-11")], events, indicators }];
  const body = JSON.stringify({ chart: { result, error: null } });
  const lake = new VendorLake(createYahooProvider(), [{ body }]);
  await lake.extract({ assetClass: "stock", interval: "1d" }, "ACME", "2024-03-14T22:00:00Z", [
    "2024-03-11T00:00:00Z",
    "2024-03-15T00:00:00Z",
  ]);
  expect(await lake.bars({ assetClass: "stock", interval: "1d" })).toHaveLength(1);
  expect(await lake.actions()).toMatchObject([
    { kind: "dividend", ex_date: day("2024-03-12"), ratio: null, amount: 0.25 },
    { kind: "split", ex_date: day("2024-04-08"), ratio: 2, amount: null },
  ]);
  const job = (await lake.jobs()).find(({ stage }) => stage === "extract");
  expect(job).toMatchObject({ status: "succeeded", rows_rejected: 3 });
  expect(job!.detail).toMatch(/splits or dividends left out: 3, the first: split of "ACME" on 2024-03-12/);
});
