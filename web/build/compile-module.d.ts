declare module "@messageformat/core/compile-module.js" {
  import type MessageFormat from "@messageformat/core";
  /** An ES module with a function for each message. */
  export default function compileModule(format: MessageFormat, messages: Record<string, string>): string;
}
