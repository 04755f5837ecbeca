/** Leaves out of the elements' styles what no browser needs: remarks and room for reading. */

import type { Plugin } from "vite";

const STYLES = /\bcss`[^`]*`/g;

export function plainCss(): Plugin {
  return {
    name: "plain-css",
    apply: "build",
    transform(code, id) {
      if (!id.endsWith(".ts") || !STYLES.test(code)) return null;
      const plain = code.replaceAll(STYLES, (styles) =>
        styles
          .replaceAll(/\/\*[^]*?\*\//g, "")
          .replaceAll(/\s+/g, " ")
          .replaceAll(/ ?([{};,]) ?/g, "$1")
          .replaceAll(/: /g, ":"),
      );
      return { code: plain, map: null };
    },
  };
}
