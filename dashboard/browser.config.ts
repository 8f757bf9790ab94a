import { defineConfig } from "vitest/config";

/** The browser test, which needs a server at `WEFT_URL` and a Chromium. */
export default defineConfig({
  test: {
    include: ["browser/**/*.spec.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
