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

const count = new Intl.NumberFormat("en");

/** A sentence that says why the text cannot be sent and what to do, or null when it can. */
export function refusal(body: string, files = 0): string | null {
  // \p{White_Space} is what Rust's trim() goes by; JavaScript's own trim() knows one character more.
  if (files === 0 && /^\p{White_Space}*$/u.test(body)) return "Write something first. A message needs some text or a file.";
  if (CONTROL.test(body) || !body.isWellFormed()) {
    return "This text has a hidden character that cannot be sent. It often comes with pasted text: please type that part again.";
  }
  const characters = [...body].length;
  if (characters > MAX_CHARACTERS) {
    return `This message has ${count.format(characters)} characters, and ${count.format(MAX_CHARACTERS)} is the most. Please shorten it or send it in parts.`;
  }
  if (new TextEncoder().encode(body).length > MAX_BYTES) {
    return "This message is too long to send in one piece. Please send it in two parts.";
  }
  return null;
}
