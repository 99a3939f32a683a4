/** What is expected of a vendor's body, and how it is held against the adapter. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toRows } from "../../core/columnar/batch.ts";
import type { Series } from "../../core/lake/keys.ts";
import type {
  CorporateAction,
  Provider,
  ProviderIo,
  Receipt,
  Received,
} from "../../core/providers/provider.ts";
import type { ReferenceEndpoint } from "../../core/providers/reference.ts";
import type { Instrument } from "../../core/providers/vendor/options.ts";
import { rawBars } from "../../core/tables/index.ts";

/** Holds a body against what is expected of it. */
export type BodyCheck = (body: Uint8Array) => Promise<void>;

/** The web answers everything with one body. */
export function answering(body: Uint8Array | string, status = 200): ProviderIo {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return {
    http: { get: () => Promise.resolve({ status, headers: {}, body: bytes }) },
    secrets: { get: () => Promise.resolve("MOCK") },
  };
}

export interface Asked extends Series {
  readonly provider: Provider;
  /** Ours. */
  readonly symbol: string;
  /** ISO-8601; by default long after everything. */
  readonly receivedAt?: string;
  /** Half-open, ISO-8601; by default all time. */
  readonly window?: readonly [string, string];
  /** The call whose answer it is, where it brings no bars. */
  readonly actions?: "splits" | "dividends";
}

export type Sample = readonly [
  ts: string,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];

export interface ExpectedBars {
  readonly rows: number;
  /** Some of the rows. */
  readonly samples: readonly Sample[];
  /** Of every row, e.g. its currency. */
  readonly each?: Readonly<Record<string, unknown>>;
  /** Of the row that starts then. */
  readonly details?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly passedOver?: Readonly<Record<string, number>>;
  readonly actions?: readonly CorporateAction[];
}

const dayMs = 86_400_000;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Through all three steps, as the pipeline does. */
export async function fetchAnswer(asked: Asked, body: Uint8Array | string, status = 200): Promise<Received> {
  const { provider, symbol, assetClass, interval, receivedAt = "2027-01-01T00:00:00Z", window } = asked;
  const { actions } = asked;
  const asOfMs = Date.parse(receivedAt);
  const span = { fromMs: asOfMs - dayMs, toMs: asOfMs, asOfMs };
  const query = { assetClass, interval, symbols: [symbol], ...span, actions: actions !== undefined };
  const requests = provider.transformQuery(query);
  const request = requests.find((each) => (each as { kind?: string }).kind === actions) ?? requests[0];
  const [fromMs, toMs] = window?.map((time) => Date.parse(time)) ?? [-8e15, 8e15];
  const wanted = { ...(request as object), window: { fromMs, toMs } };
  const receipt: Receipt = {
    assetClass,
    interval,
    provider: provider.id,
    runId: "run-1",
    ingestedAtMs: asOfMs,
    adjustment: provider.adjustment,
    currency: null,
  };
  const isCsv = typeof body !== "string" && text(body).startsWith("timestamp,");
  const response = isCsv
    ? ({ body, extension: "csv" } as const)
    : await provider.extract(wanted, answering(body, status));
  return provider.transform(response, wanted, receipt);
}

export const rowsOf = ({ bars }: Received) => toRows(rawBars, bars);

export function hasBars(asked: Asked, expected: ExpectedBars, status = 200): BodyCheck {
  return async (body) => {
    const received = await fetchAnswer(asked, body, status);
    const rows = rowsOf(received);
    const facts = rows.map(({ ts, open, high, low, close, volume }) => [
      new Date(ts!).toISOString().replace(".000Z", "Z"),
      open,
      high,
      low,
      close,
      volume,
    ]);
    expect(facts).toHaveLength(expected.rows);
    expect(facts).toEqual(expect.arrayContaining([...expected.samples]));
    for (const row of rows) {
      expect(row).toMatchObject({ symbol: asked.symbol, parse_error: null, ...expected.each });
    }
    for (const [time, details] of Object.entries(expected.details ?? {})) {
      expect(rows.find(({ ts }) => ts === Date.parse(time))).toMatchObject(details);
    }
    expect(received.actions).toEqual(expected.actions ?? []);
    expect(received.passedOver).toEqual(expected.passedOver ?? {});
  };
}

interface Expected {
  readonly error: new (...values: never[]) => Error;
  readonly period?: string | null;
  /** Parts of the message. */
  readonly says?: readonly string[];
}

export function fails(asked: Asked, status: number, { error, period, says = [] }: Expected): BodyCheck {
  return async (body) => {
    const failure: unknown = await fetchAnswer(asked, body, status).catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(error);
    // A subclass would be a different reason.
    expect((failure as Error).constructor).toBe(error);
    if (period !== undefined) expect(failure).toMatchObject({ period });
    const { message } = failure as Error;
    for (const part of [asked.provider.id, ...says]) expect(message).toContain(part);
    expect(message).not.toContain("MOCK");
  };
}

export function refers<T>(
  endpoint: Pick<ReferenceEndpoint<T>, "read">,
  instruments: readonly Instrument[],
  entries: readonly Partial<T>[],
): BodyCheck {
  return async (body) => {
    const read = endpoint.read(body, instruments);
    expect(read).toHaveLength(entries.length);
    expect(read).toMatchObject(entries);
  };
}

/** Every body of a directory has its check, and every check its body. */
export function bodyContract(
  name: string,
  directory: string,
  checks: Readonly<Record<string, BodyCheck>>,
): void {
  describe.skipIf(!existsSync(directory))(`${name} (skipped where the bodies are absent)`, () => {
    const files = existsSync(directory) ? readdirSync(directory).sort() : [];
    it("has an expectation for every body", () => {
      expect(Object.keys(checks).sort()).toEqual(files);
    });
    it.each(Object.entries(checks))("%s", async (file, check) => {
      await expect(check(readFileSync(`${directory}/${file}`))).resolves.toBeUndefined();
    });
  });
}
