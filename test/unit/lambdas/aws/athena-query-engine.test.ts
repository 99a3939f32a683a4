import {
  type AthenaError,
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  type QueryExecutionState,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  TooManyRequestsException,
} from "@aws-sdk/client-athena";
import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { QueryError, TransientError } from "../../../../core/errors.ts";
import { AthenaQueryEngine } from "../../../../lambdas/shared/aws/athena-query-engine.ts";
import { VirtualClock } from "../../../../local/memory/virtual-clock.ts";

const athena = mockClient(AthenaClient);
const s3 = mockClient(S3Client);
const location = "s3://results/athena/id-1.csv";

/** A clock on which every sleep passes at once. */
class ImpatientClock extends VirtualClock {
  override sleep(ms: number): Promise<void> {
    return this.advance(ms);
  }
}

const engine = () =>
  new AthenaQueryEngine(new AthenaClient({ region: "us-east-1" }), new S3Client({ region: "us-east-1" }), {
    workgroup: "analysts",
    database: "lake",
    timeoutMs: 10_000,
    clock: new ImpatientClock(),
  });

const execution = (state: QueryExecutionState, reason?: string, error?: AthenaError) => ({
  QueryExecution: {
    StatementType: "DML" as const,
    Status: { State: state, StateChangeReason: reason, AthenaError: error },
    Statistics: { DataScannedInBytes: 4_096 },
    ResultConfiguration: { OutputLocation: location },
  },
});
const page = (types: Record<string, string>, rows: (string | null)[][], nextToken?: string) => ({
  NextToken: nextToken,
  ResultSet: {
    ResultSetMetadata: { ColumnInfo: Object.entries(types).map(([Name, Type]) => ({ Name, Type })) },
    Rows: [Object.keys(types), ...rows].map((row) => ({
      Data: row.map((text) => (text === null ? {} : { VarCharValue: text })),
    })),
  },
});

beforeEach(() => {
  athena.reset();
  s3.reset();
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: "id-1" });
  athena.on(GetQueryExecutionCommand).resolves(execution("SUCCEEDED"));
  athena.on(GetQueryResultsCommand).resolves(page({ n: "integer" }, [["1"]]));
});

describe("starting a query", () => {
  test("leaves the SQL as it is and passes parameters as literals, quotes doubled", async () => {
    await engine().query("select ? as a", ["O'Hara'; drop table x; --", 1.5, 7n, true, null]);
    expect(athena.commandCalls(StartQueryExecutionCommand)[0]!.args[0].input).toMatchObject({
      QueryString: "select ? as a",
      ExecutionParameters: ["'O''Hara''; drop table x; --'", "1.5", "7", "true", "NULL"],
      WorkGroup: "analysts",
      QueryExecutionContext: { Database: "lake", Catalog: "AwsDataCatalog" },
    });
  });

  test("refuses parameters that Athena has no literal for", async () => {
    await expect(engine().query("select ?", [Number.NaN])).rejects.toThrow(/parameter 1 must be a finite/);
    await expect(engine().query("select ?", ["x".repeat(2_000)])).rejects.toThrow(QueryError);
    expect(athena.commandCalls(StartQueryExecutionCommand)).toHaveLength(0);
  });

  test("reports SQL that Athena refuses as a query error with Athena's text", async () => {
    const refusal = new InvalidRequestException({ message: "line 1:8: mismatched input", $metadata: {} });
    athena.on(StartQueryExecutionCommand).rejects(refusal);
    const error = await engine()
      .query("selec 1")
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QueryError);
    expect((error as Error).message).toContain("line 1:8: mismatched input");
  });

  test("reports throttling as transient", async () => {
    const throttled = new TooManyRequestsException({ message: "slow down", $metadata: {} });
    athena.on(StartQueryExecutionCommand).rejects(throttled);
    await expect(engine().query("select 1")).rejects.toThrow(TransientError);
  });
});

describe("waiting for a query", () => {
  test("looks until it has succeeded", async () => {
    athena
      .on(GetQueryExecutionCommand)
      .resolvesOnce(execution("QUEUED"))
      .resolvesOnce(execution("RUNNING"))
      .resolves(execution("SUCCEEDED"));
    expect((await engine().query("select 1")).rows).toEqual([[1]]);
    expect(athena.commandCalls(GetQueryExecutionCommand)).toHaveLength(3);
  });

  test("stops a query that takes longer than the limit and calls it transient", async () => {
    athena.on(GetQueryExecutionCommand).resolves(execution("RUNNING"));
    athena.on(StopQueryExecutionCommand).resolves({});
    await expect(engine().query("select 1")).rejects.toThrow(/still RUNNING after 10000 ms/);
    expect(athena.commandCalls(StopQueryExecutionCommand)).toHaveLength(1);
  });

  test.each([
    ["a user error", { ErrorCategory: 2, ErrorType: 1_006, ErrorMessage: "column not found" }, QueryError],
    ["a system error", { ErrorCategory: 1, ErrorMessage: "exhausted resources" }, TransientError],
    [
      "an error marked retryable",
      { ErrorCategory: 3, Retryable: true, ErrorMessage: "slow down" },
      TransientError,
    ],
  ])("tells %s by Athena's category", async (_, athenaError, expected) => {
    athena.on(GetQueryExecutionCommand).resolves(execution("FAILED", "reason", athenaError));
    const error = await engine()
      .query("select 1")
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(expected);
    expect((error as Error).message).toContain(athenaError.ErrorMessage);
  });

  test("explains a query that was cancelled at the scan limit", async () => {
    const cancelled = execution("CANCELLED", "Query cancelled! : Bytes scanned limit was exceeded");
    athena.on(GetQueryExecutionCommand).resolves(cancelled);
    await expect(engine().query("select 1")).rejects.toThrow(/limit of scanned bytes; filter by/);
  });
});

describe("reading a result", () => {
  test("converts values by type and drops the header row", async () => {
    const types = {
      symbol: "varchar",
      volume: "bigint",
      huge: "bigint",
      close: "double",
      open: "double",
      is_final: "boolean",
      session_date: "date",
      ts: "timestamp",
      zoned: "timestamp with time zone",
      missing: "varchar",
    };
    const row = [
      "AAPL",
      "1200",
      "9007199254740993",
      "1.5E2",
      "NaN",
      "true",
      "2026-11-20",
      "2026-11-20 14:30:00.000",
      "2026-11-20 14:30:00.000 UTC",
      null,
    ];
    athena.on(GetQueryResultsCommand).resolves(page(types, [row]));
    const result = await engine().query("select 1");
    expect(result.rows).toEqual([
      [
        "AAPL",
        1_200,
        9_007_199_254_740_993n,
        150,
        null,
        true,
        "2026-11-20",
        "2026-11-20T14:30:00.000Z",
        "2026-11-20T14:30:00.000Z",
        null,
      ],
    ]);
    expect(result.columns[1]).toEqual({ name: "volume", type: "bigint" });
    expect(result.scannedBytes).toBe(4_096);
  });

  test("reads a longer result from its object, where null and the empty string differ", async () => {
    athena
      .on(GetQueryResultsCommand)
      .resolves(page({ a: "varchar", b: "varchar", n: "integer" }, [["x", "y", "1"]], "more"));
    const csv = '"a","b","n"\n"x, ""y""","line\nbreak","1"\n,"","2"\n';
    const body = { transformToByteArray: () => Promise.resolve(new TextEncoder().encode(csv)) };
    s3.on(HeadObjectCommand).resolves({ ETag: "e", ContentLength: csv.length });
    s3.on(GetObjectCommand, { Bucket: "results", Key: "athena/id-1.csv" }).resolves({
      ETag: "e",
      Body: body as never,
    });
    expect((await engine().query("select 1")).rows).toEqual([
      ['x, "y"', "line\nbreak", 1],
      [null, "", 2],
    ]);
  });

  test("refuses a result object beyond the limit, with its address", async () => {
    athena.on(GetQueryResultsCommand).resolves(page({ n: "integer" }, [["1"]], "more"));
    s3.on(HeadObjectCommand).resolves({ ETag: "e", ContentLength: 1e9 });
    await expect(engine().query("select 1")).rejects.toThrow(/add a LIMIT.*s3:\/\/results/);
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(0);
  });
});
