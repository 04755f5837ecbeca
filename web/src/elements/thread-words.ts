/** What the thread says of itself, on its button and to whoever listens to it. */

import type { ThreadRecord } from "../client/wire.ts";
import { join } from "../language/formats.ts";
import { say } from "../language/language.ts";
import { factSentence, roleName } from "./words.ts";

/** So much of a message is read out as it comes; all of it can be read in the thread. */
const MOST_CHARACTERS = 200;

/** On the button that leads to the end: what has come there meanwhile. */
export function toNewest(count: number): string {
  if (count === 0) return say("thread.newest");
  return newMessages(count);
}

export function newMessages(count: number): string {
  return say("thread.newest.count", { count });
}

/** What is read out when a record of the other side or of the host has come. */
export function announced(record: ThreadRecord, before: ThreadRecord | undefined): string {
  if (record.kind !== "message") return factSentence(record, before);
  const { sender, body, attachments } = record;
  const text = [...body.replaceAll(/\s+/g, " ").trim()];
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS).join("")}…` : text.join("");
  const files = attachments.length === 0 ? [] : [say("thread.said.files", { count: attachments.length })];
  return say("thread.said", { name: sender.name, role: roleName(sender.role), text: join([...(short === "" ? [] : [short]), ...files]) });
}
