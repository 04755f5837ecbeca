/** The words for things that have no words of their own. Plain, and the same everywhere. */

import type { Participant, Role, ThreadRecord } from "../client/wire.ts";
import { isolated, say, type Key } from "../language/language.ts";
import { inFormat, join, number } from "../language/formats.ts";

export function roleName(role: Role): string {
  return say(`role.${role}`);
}

export function nameAndRole({ name, role }: { name: string; role: Role }): string {
  return say("name.and.role", { name, role: roleName(role) });
}

/** What the page is for, said to someone of that role; null for someone with both roles, or with no case yet. */
export function entryHeading(role: Role | null): string {
  return say(role === null ? "inbox.heading.both" : `inbox.heading.${role}`);
}

type Fact = Exclude<ThreadRecord, { kind: "message" }>;

/** One sentence for a record that nobody wrote. `before` is the record before it, where that is held. */
export function factSentence(record: Fact, before: ThreadRecord | undefined): string {
  switch (record.kind) {
    case "caseOpened":
      if (record.seq === 0) return say("fact.opened");
      return say(before?.status === "closed" ? "fact.reopened" : "fact.updated");
    case "caseClosed":
      return say("fact.closed");
    case "participantReassigned":
      return reassigned(record.change.role, record.change.from, record.change.to);
  }
}

/** The same person under another name is a corrected name, not a change of person. */
function reassigned(role: Role, from: Participant, to: Participant): string {
  const key = from.userId === to.userId ? "fact.renamed" : (`fact.reassigned.${role}` as const);
  return say(key, { from: isolated(from.name), to: isolated(to.name) });
}

/** As a badge shows it, where there is room for little. */
export function badgeNumber(count: number): string {
  return count > 99 ? `${number(99)}+` : number(count);
}

/** What a badge says to whoever hears it. */
export function unreadWords(count: number): string {
  return say("unread.count", { count });
}

/** The same over all cases. */
export function totalWords(count: number): string {
  return say("unread.total", { count });
}

/** The page's title with what waits in front, so that it is seen on a tab that is not looked at. */
export function titled(title: string, unread: number): string {
  return unread === 0 ? title : `(${badgeNumber(unread)}) ${title}`;
}

/** The time of day alone, where the day stands above it. */
export function clockOf(sentAt: string): string {
  return inFormat("time", new Date(sentAt));
}

/** The time of something in the thread: with its day, unless that is today. */
export function timeOf(sentAt: string): string {
  const date = new Date(sentAt);
  return inFormat(isSameDay(date, new Date()) ? "time" : "dayAndTime", date);
}

/** The same for a row of the list, where there is little room. */
export function shortTimeOf(sentAt: string): string {
  const date = new Date(sentAt);
  return inFormat(isSameDay(date, new Date()) ? "time" : "shortDay", date);
}

export function fullTimeOf(sentAt: string): string {
  return inFormat("dayAndTime", new Date(sentAt));
}

/** The day of something, by the reader's own calendar and clock. */
export function dayOf(sentAt: string, now: Date): string {
  const date = new Date(sentAt);
  if (isSameDay(date, now)) return say("thread.today");
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  return isSameDay(date, yesterday) ? say("thread.yesterday") : inFormat("fullDay", date);
}

/** Whether a day begins between the two, where the reader is. */
export function beginsDay(sentAt: string, before: string | undefined): boolean {
  return before === undefined || !isSameDay(new Date(sentAt), new Date(before));
}

function isSameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}

const KINDS: Record<string, Key> = { "application/pdf": "file.kind.pdf", "application/dicom": "file.kind.dicom" };

/** What a file is, in a word or two. */
export function fileKind(contentType: string): string {
  return say(KINDS[contentType] ?? (contentType.startsWith("image/") ? "file.kind.picture" : "file.kind.other"));
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** How large a file is, as people say it. */
export function fileSize(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return number(bytes / 1000 ** step, { style: "unit", unit: UNITS[step], unitDisplay: "short", maximumSignificantDigits: 3 });
}

/** What a file is and how large: all that is said of it beside its name. */
export function aboutFile({ contentType, size }: { contentType: string; size: number }): string {
  return say("file.about", { kind: fileKind(contentType), size: fileSize(size) });
}

const MANY: Record<string, Key> = { "application/pdf": "file.kinds.pdf", "application/dicom": "file.kinds.dicom" };

/** Which kinds of file may be attached, as a sentence goes on: "JPEG and PNG pictures, PDF documents and DICOM scans". */
export function kindsOf(types: readonly string[]): string {
  const pictures = types.flatMap((type) => (type.startsWith("image/") ? type.slice("image/".length).toUpperCase() : []));
  const others = types.filter((type) => !type.startsWith("image/")).map((type) => (MANY[type] === undefined ? type : say(MANY[type])));
  return join(pictures.length === 0 ? others : [say("file.kinds.pictures", { kinds: join(pictures) }), ...others]);
}
