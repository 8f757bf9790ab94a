import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds a server: `WEFT_URL`, or the usual port of `weft serve`. */
const server = process.env["WEFT_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/ui/",
  build: {
    outDir: process.env["WEFT_DASHBOARD_OUT"] ?? "dist",
    emptyOutDir: true,
    // The page's policy allows files only, nothing inlined into them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  server: { proxy: { "/weft": server } },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
