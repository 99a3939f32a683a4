import { defineConfig } from "vitest/config";

const projects = ["unit", "contract", "property", "golden", "simulation", "infra", "integration", "e2e"];

export default defineConfig({
  test: {
    // Two cores: more workers than cores only adds start-up and memory.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: projects.map((name) => ({
      extends: true,
      test: {
        name,
        include:
          name === "unit" ? ["test/unit/**/*.test.ts", "test/*.test.ts"] : [`test/${name}/**/*.test.ts`],
      },
    })),
  },
});
