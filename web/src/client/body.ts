/**
 * What a message may say, decided before it is sent, as the server decides it (wire.md: message_empty,
 * message_too_large, invalid_request). Pure. It never changes the text: a body is sent as it was written.
 */

/** The server's limit in Unicode scalar values. */
export const MAX_CHARACTERS = 8_000;
/** The server's limit in bytes of UTF-8; texts outside the Latin script meet it first. */
export const MAX_BYTES = 16 * 1024;

/** C0, DEL and C1, but not tab and newline: what the server calls control characters. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/** Why a text cannot be sent. */
export type RefusedBody = { why: "empty" | "hidden" | "bytes" } | { why: "characters"; count: number; max: number };

/** Why the text cannot be sent, or null when it can. */
export function refusal(body: string, files = 0): RefusedBody | null {
  // \p{White_Space} is what Rust's trim() goes by; JavaScript's own trim() knows one character more.
  if (files === 0 && /^\p{White_Space}*$/u.test(body)) return { why: "empty" };
  if (CONTROL.test(body) || !body.isWellFormed()) return { why: "hidden" };
  const characters = [...body].length;
  if (characters > MAX_CHARACTERS) return { why: "characters", count: characters, max: MAX_CHARACTERS };
  return bytesOf(body) > MAX_BYTES ? { why: "bytes" } : null;
}

/** How many more characters fit in, taking each for as long as those before; below zero: how many are too many. */
export function room(body: string): number {
  const characters = [...body].length;
  const bytes = bytesOf(body);
  const inBytes = characters === 0 ? MAX_CHARACTERS : Math.floor((MAX_BYTES - bytes) / (bytes / characters));
  return Math.min(MAX_CHARACTERS - characters, inBytes);
}

function bytesOf(body: string): number {
  return new TextEncoder().encode(body).length;
}
