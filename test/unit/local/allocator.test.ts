import { describe, expect, test } from "vitest";
import { allocatorEnvironment, restartWithAllocator } from "../../../local/allocator.ts";

type Execve = NonNullable<NodeJS.Process["execve"]>;
type Properties = { readonly [K in keyof NodeJS.Process]?: NodeJS.Process[K] | undefined };

/** What a process of these properties is replaced by; null where it stays. */
function restartOf(properties: Properties): Parameters<Execve> | null {
  let restart: Parameters<Execve> | null = null;
  const execve = ((...call: Parameters<Execve>) => {
    restart = call;
  }) as Execve;
  restartWithAllocator({
    execPath: "/usr/bin/node",
    execArgv: ["--no-warnings"],
    argv: ["/usr/bin/node", "/app/cli/index.ts", "load", "a b.csv"],
    env: { HOME: "/home/ada" },
    platform: "linux",
    connected: false,
    execve,
    ...properties,
  } as NodeJS.Process);
  return restart;
}

describe("the command line", () => {
  test("starts again with the same arguments and the allocator's environment", () => {
    expect(restartOf({})).toEqual([
      "/usr/bin/node",
      ["/usr/bin/node", "--no-warnings", "/app/cli/index.ts", "load", "a b.csv"],
      { HOME: "/home/ada", MALLOC_MMAP_THRESHOLD_: "131072" },
    ]);
  });

  test.each<[string, Properties]>([
    ["has the environment already", { env: { ...allocatorEnvironment } }],
    ["was given another threshold", { env: { MALLOC_MMAP_THRESHOLD_: "1048576" } }],
    ["is no glibc's", { platform: "darwin" }],
    ["is talked to by its parent", { connected: true }],
    ["cannot be replaced", { execve: undefined }],
  ])("stays where its process %s", (_, properties) => {
    expect(restartOf(properties)).toBeNull();
  });
});
