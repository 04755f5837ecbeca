import { defineConfig } from "vitest/config";
import { messages } from "./build/messages.ts";
import { plainCss } from "./build/plain-css.ts";

export default defineConfig({
  plugins: [messages(), plainCss()],
  build: {
    target: "es2022",
    // The page's CSP allows no data: scripts or styles, and browsers of that target preload by themselves.
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: { index: "index.html", "service-worker": "src/workers/service-worker.ts" },
      output: {
        // What the page begins with is one file: it compresses better, and nothing waits for a second one.
        codeSplitting: { groups: [{ name: "start", tags: ["$initial"], test: (id) => !id.includes("/src/workers/") }] },
        // A browser finds its service worker again by its address, and it can stand in for the root from there only.
        entryFileNames: ({ name }) => (name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  test: { include: ["test/**/*.test.ts"], environment: "node", setupFiles: ["test/english.ts"] },
});
