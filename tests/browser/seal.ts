/** Records that a test makes up: they have to build on those before them, as the server's do. */

import { createHash } from "node:crypto";

export interface Sealed {
  seq: number;
  hash: string;
  [name: string]: unknown;
}

/** `record` as the one behind `before`. */
export function seal(record: object, before: Sealed): Sealed {
  const made: Record<string, unknown> = { ...record, seq: before.seq + 1, previousHash: before.hash };
  delete made["hash"];
  return { ...made, seq: before.seq + 1, hash: createHash("sha256").update(canonical(made)).digest("hex") };
}

/** RFC 8785, for what these tests make: whole numbers, and names in plain letters. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
}
