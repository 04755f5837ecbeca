import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  // A portal installs the package; here it lies beside.
  resolve: { alias: { "case-chat": fileURLToPath(new URL("../../dist/index.js", import.meta.url)) } },
  build: { target: "es2022", outDir: "dist", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
