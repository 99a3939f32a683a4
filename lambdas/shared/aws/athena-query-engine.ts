import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import type { S3Client } from "@aws-sdk/client-s3";
import { QueryError, TransientError } from "../../../core/errors.ts";
import type { Clock, QueryEngine, QueryResult, QueryValue } from "../../../core/ports.ts";
import { systemClock } from "../system-clock.ts";
import { failureOf, requestError } from "./athena-errors.ts";
import { literal } from "./athena-literals.ts";
import { resultOf, type ResultText, textRows } from "./athena-results.ts";
import { parseAthenaCsv } from "./athena-csv.ts";
import { type Backoff, equalJitterMs } from "./backoff.ts";
import { S3ObjectStore } from "./s3-object-store.ts";

/** Results larger than this belong into a table (`CREATE TABLE AS`), not into the memory of a function. */
const maxResultBytes = 64 * 1_024 * 1_024;
/** Pages of a result that has no CSV object (`SHOW`, `DESCRIBE`), a thousand rows each. */
const maxResultPages = 100;

export interface AthenaOptions {
  readonly workgroup: string;
  readonly database: string;
  readonly catalog?: string;
  /** Overall limit of one query, waiting in Athena's queue included. */
  readonly timeoutMs?: number;
  /** Waits between two looks at the state: a short query costs about a second, so the first looks come soon. */
  readonly poll?: Backoff;
  readonly clock?: Clock;
}

/** Queries in a workgroup, which fixes output location, encryption and the limit of scanned bytes. */
export class AthenaQueryEngine implements QueryEngine {
  readonly #client: AthenaClient;
  readonly #s3: S3Client;
  readonly #options: Required<AthenaOptions>;

  constructor(client: AthenaClient, s3: S3Client, options: AthenaOptions) {
    this.#client = client;
    this.#s3 = s3;
    this.#options = {
      catalog: "AwsDataCatalog",
      timeoutMs: 300_000,
      poll: { baseMs: 200, maxMs: 2_000 },
      clock: systemClock,
      ...options,
    };
  }

  /**
   * Parameters take the places of `?` in order, as literals that Athena binds; they are never put into `sql`.
   * @throws QueryError for SQL that cannot run, TransientError where a later try may work or time ran out.
   */
  async query(sql: string, parameters: readonly QueryValue[] = []): Promise<QueryResult> {
    const id = await this.#start(sql, parameters.map(literal));
    const execution = await this.#finished(id);
    const text = await this.#read(id, execution);
    return resultOf(text, execution.Statistics?.DataScannedInBytes ?? null);
  }

  async #start(sql: string, parameters: string[]): Promise<string> {
    const { QueryExecutionId: id } = await this.#attempt("start a query", () =>
      this.#client.send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          WorkGroup: this.#options.workgroup,
          QueryExecutionContext: { Database: this.#options.database, Catalog: this.#options.catalog },
          ...(parameters.length === 0 ? {} : { ExecutionParameters: parameters }),
        }),
      ),
    );
    if (id === undefined) throw new TransientError("Athena gave no id for a query; try again");
    return id;
  }

  /** Waits until the query has succeeded. */
  async #finished(id: string): Promise<QueryExecution> {
    const { clock, timeoutMs, poll } = this.#options;
    const deadlineMs = clock.nowMs() + timeoutMs;
    for (let look = 1; ; look++) {
      const { QueryExecution: execution } = await this.#attempt(`look at query ${id}`, () =>
        this.#client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
      );
      const state = execution?.Status?.State;
      if (state === "SUCCEEDED") return execution!;
      if (state === "FAILED" || state === "CANCELLED") throw failureOf(id, execution!);
      if (clock.nowMs() >= deadlineMs) await this.#giveUp(id, state ?? "unknown");
      await clock.sleep(equalJitterMs(poll, look));
    }
  }

  async #giveUp(id: string, state: string): Promise<never> {
    await this.#attempt(`stop query ${id}`, () =>
      this.#client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })),
    );
    throw new TransientError(
      `query ${id} was still ${state} after ${this.#options.timeoutMs} ms and was stopped; try again or raise timeoutMs`,
    );
  }

  /** The first page has types and up to a thousand rows; a longer result is read at once from its object. */
  async #read(id: string, execution: QueryExecution): Promise<ResultText> {
    const first = await this.#page(id);
    const columns = first.ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
    const rows = textRows(first, execution, true);
    const location = execution.ResultConfiguration?.OutputLocation ?? "";
    if (first.NextToken === undefined) return { columns, rows };
    if (location.endsWith(".csv"))
      return { columns, rows: parseAthenaCsv(await this.#object(location)).slice(1) };
    let token: string | undefined = first.NextToken;
    for (let page = 1; token !== undefined; page++) {
      if (page === maxResultPages) throw new QueryError(`result of query ${id} is too long; add a LIMIT`);
      const next = await this.#page(id, token);
      rows.push(...textRows(next, execution, false));
      token = next.NextToken;
    }
    return { columns, rows };
  }

  async #page(id: string, token?: string) {
    return this.#attempt(`read the result of query ${id}`, () =>
      this.#client.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: token })),
    );
  }

  async #object(location: string): Promise<string> {
    const { host, pathname } = new URL(location);
    const store = new S3ObjectStore(this.#s3, host);
    const key = decodeURIComponent(pathname.slice(1));
    const sizeBytes = (await store.head(key))?.sizeBytes ?? 0;
    if (sizeBytes > maxResultBytes) {
      throw new QueryError(
        `result has ${sizeBytes} bytes, more than ${maxResultBytes}; add a LIMIT, aggregate, or read ${location}`,
      );
    }
    const object = await store.get(key);
    if (object === null)
      throw new TransientError(`result object ${location} is not there; run the query again`);
    return new TextDecoder().decode(object.bytes);
  }

  async #attempt<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw requestError(`${what} in workgroup "${this.#options.workgroup}"`, error);
    }
  }
}
