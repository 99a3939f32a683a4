/** MiniStack in a process of its own, as close to AWS as it gets: TLS only, and every role held to its policies. */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { emulatorIdentity } from "../../local/emulator/endpoint.ts";

/** Athena runs on DuckDB there, which wants pytz for times. */
export const ministackPackages = ["ministack==1.5.33", "duckdb==2.0.0", "pytz==2026.2"];

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;
const pollMs = 200;
const quotedCharacters = 2_000;

export interface RunningEmulator {
  /** What clients need to reach it and to trust its certificate. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @throws Error with the end of its log where it does not start. */
export async function startMinistack(bin: string): Promise<RunningEmulator> {
  const directory = mkdtempSync(join(tmpdir(), "marketlake-ministack-"));
  const port = await freePort();
  const certificate = join(directory, "ministack-tls/server.crt");
  const environment = {
    AWS_ENDPOINT_URL: `https://127.0.0.1:${port}`,
    NODE_EXTRA_CA_CERTS: certificate,
    AWS_CA_BUNDLE: certificate,
  };
  const logFile = join(directory, "log");
  const log = openSync(logFile, "w");
  const child = spawn(join(bin, "ministack"), [], {
    // A group of its own, so that the functions' processes end with it.
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      // The functions run on the node of this process, whose version is that of Lambda's runtime.
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
      HOME: directory,
      TMPDIR: directory,
      NODE_EXTRA_CA_CERTS: certificate,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      AUTH: "true",
      USE_SSL: "1",
      IOT_MTLS_ENABLED: "0",
      S3_DATA_DIR: join(directory, "s3"),
      STATE_DIR: join(directory, "state"),
      AWS_ACCESS_KEY_ID: emulatorIdentity.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulatorIdentity.secretAccessKey,
    },
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  let isRunning = true;
  void ended.then(() => (isRunning = false));
  const stop = async () => {
    if (isRunning) process.kill(-child.pid!, "SIGTERM");
    const late = setTimeout(() => isRunning && process.kill(-child.pid!, "SIGKILL"), stopTimeoutMs);
    await ended;
    clearTimeout(late);
    rmSync(directory, { recursive: true, force: true });
  };

  const deadlineMs = Date.now() + startTimeoutMs;
  while (!/Running on https:/.test(readFileSync(logFile, "utf8"))) {
    if (!isRunning || Date.now() > deadlineMs) {
      const end = readFileSync(logFile, "utf8").slice(-quotedCharacters);
      await stop();
      throw new Error(`MiniStack did not start:\n${end}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return { environment, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address() as { port: number };
      server.close(() => resolve(address.port));
    });
  });
}
