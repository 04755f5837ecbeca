/**
 * Compiles the message files of src/language to functions while building, so that no parser goes to the browser:
 * `import catalog from "messages:en"`. ICU MessageFormat, by @messageformat/core.
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import MessageFormat from "@messageformat/core";
import compileModule from "@messageformat/core/compile-module.js";
import type { Plugin } from "vite";

const PREFIX = "messages:";

export function messages(): Plugin {
  return {
    name: "messages",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const language = id.slice(PREFIX.length + 1);
      const file = fileURLToPath(new URL(`../src/language/${language}.json`, import.meta.url));
      this.addWatchFile(file);
      const texts = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
      return { code: compileModule(new MessageFormat(language, { strict: true }), texts), moduleType: "js" };
    },
  };
}
