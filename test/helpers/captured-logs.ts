import { afterEach, beforeEach, vi } from "vitest";

/** Keeps what a test file's functions log off the screen: the `lines` of the running test, and what they say. */
export function capturedLogs() {
  let output: string[] = [];
  const record = (chunk: unknown) => {
    output.push(String(chunk).trim());
    return true;
  };
  beforeEach(() => {
    output = [];
    vi.spyOn(process.stdout, "write").mockImplementation(record);
    vi.spyOn(process.stderr, "write").mockImplementation(record);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return {
    lines: (): readonly string[] => output,
    logs: () => output.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
