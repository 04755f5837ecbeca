/** Builds the npm package of the elements and the client: `npm run package`. */

import { defineConfig } from "vite";
import { messages } from "./build/messages.ts";
import { plainCss } from "./build/plain-css.ts";

export default defineConfig({
  plugins: [messages(), plainCss()],
  publicDir: false,
  // The worker is found beside the package's own files, wherever they are served from.
  base: "./",
  build: {
    target: "es2022",
    outDir: "package/dist",
    assetsInlineLimit: 0,
    minify: true,
    lib: { entry: { index: "src/package.ts", client: "src/package-client.ts" }, formats: ["es"] },
  },
});
