/** What a measurement saw, said, and left for the table of `cargo xtask bench` where that asks for it. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Line {
  what: string;
  measured: string;
}

export function saw(name: string, lines: Line[]): void {
  console.log(["", ...lines.map(({ what, measured }) => `${what}: ${measured}`)].join("\n"));
  const folder = process.env["CASE_CHAT_SEEN"];
  if (folder !== undefined) writeFileSync(join(folder, `${name}.json`), JSON.stringify(lines));
}
