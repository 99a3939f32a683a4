import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Apart from the others, because these tests need something deployed. */
export default defineConfig({
  root: fileURLToPath(new URL("../../", import.meta.url)),
  test: {
    name: "emulator",
    include: ["test/emulator/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
