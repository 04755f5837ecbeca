import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    target: "es2022",
    // The page's CSP allows no data: scripts or styles, and browsers of that target preload by themselves.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: "index.html", "service-worker": "src/workers/service-worker.ts" },
      output: {
        // A browser finds its service worker again by its address, and it can stand in for the root from there only.
        entryFileNames: ({ name }) => (name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});
