/** What a notice says, outside of the page, where others may see it. Pure: who may see how much is decided elsewhere. */

import type { MessageRecord } from "./client/thread.ts";
import type { MailLevel } from "./client/wire.ts";
import { nameAndRole } from "./elements/words.ts";
import { say } from "./language/language.ts";

export interface NoticeText {
  title: string;
  body: string;
}

/**
 * As much as a mail may say, a notice may. Who wants no mail still gets notices, which then tell little; as they do while
 * nothing is known, and where the choice is one that this page does not know.
 */
export function noticeFor(level: MailLevel | (string & {}) | null, { sender, body, attachments }: MessageRecord): NoticeText {
  const title = nameAndRole(sender);
  switch (level) {
    case "full":
      return { title, body: snippet(body) || say("notice.files", { count: attachments.length }) };
    case "sender":
      return { title, body: say("notice.message") };
    default:
      return { title: say("app.name"), body: say("notice.generic") };
  }
}

const MAX_CHARACTERS = 120;
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** On one line, of at most 120 characters; nothing that is read as one sign is cut in two. */
export function snippet(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  if (fits(line, MAX_CHARACTERS)) return line;
  let kept = "";
  let room = MAX_CHARACTERS - 1;
  for (const { segment } of GRAPHEMES.segment(line)) {
    room -= [...segment].length;
    if (room < 0) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

function fits(text: string, characters: number): boolean {
  return text.length <= characters || [...text].length <= characters;
}
