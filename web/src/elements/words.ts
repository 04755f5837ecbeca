/** The words for things that have no words of their own. Plain, and the same everywhere. */

import type { Participant, Role, ThreadRecord } from "../client/wire.ts";

export function roleName(role: Role): string {
  return role === "provider" ? "Specialist" : "Requester";
}

/** What the page is for, said to someone of that role; null for someone with both roles, or with no case yet. */
export function entryHeading(role: Role | null): string {
  if (role === null) return "Messages";
  return role === "requester" ? "Text a Specialist" : "Text a Requester";
}

type Fact = Exclude<ThreadRecord, { kind: "message" }>;

/** One sentence for a record that nobody wrote. `before` is the record before it, where that is held. */
export function factSentence(record: Fact, before: ThreadRecord | undefined): string {
  switch (record.kind) {
    case "caseOpened":
      if (record.seq === 0) return "The case was opened";
      return before?.status === "closed" ? "The case was opened again" : "Case details were updated";
    case "caseClosed":
      return "The case was closed";
    case "participantReassigned":
      return reassigned(record.change.role, record.change.from, record.change.to);
  }
}

/** Keeps a name of any script from turning the sentence around it: FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE. */
function isolated({ name }: Participant): string {
  return `\u2068${name}\u2069`;
}

/** The same person under another name is a corrected name, not a change of person. */
function reassigned(role: Role, from: Participant, to: Participant): string {
  if (from.userId === to.userId) return `${isolated(from)} is now shown as ${isolated(to)}`;
  return `${isolated(to)} is now the ${roleName(role).toLowerCase()} on this case, in place of ${isolated(from)}`;
}

/** As a badge shows it, where there is room for little. */
export function badgeNumber(count: number): string {
  return count > 99 ? "99+" : String(count);
}

/** What a badge says to whoever hears it. */
export function unreadWords(count: number): string {
  return count === 1 ? "1 unread message" : `${count} unread messages`;
}

/** The same over all cases. */
export function totalWords(count: number): string {
  return count === 0 ? "No unread messages" : `${unreadWords(count)} in all`;
}

/** The page's title with what waits in front, so that it is seen on a tab that is not looked at. */
export function titled(title: string, unread: number): string {
  return unread === 0 ? title : `(${badgeNumber(unread)}) ${title}`;
}

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const FULL_DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });

/** The time of day alone, where the day stands above it. */
export function clockOf(sentAt: string): string {
  return TIME.format(new Date(sentAt));
}

/** The time of something in the thread: with its day, unless that is today. */
export function timeOf(sentAt: string): string {
  const date = new Date(sentAt);
  return isSameDay(date, new Date()) ? TIME.format(date) : DAY_AND_TIME.format(date);
}

/** The same for a row of the list, where there is little room. */
export function shortTimeOf(sentAt: string): string {
  const date = new Date(sentAt);
  return isSameDay(date, new Date()) ? TIME.format(date) : DAY.format(date);
}

export function fullTimeOf(sentAt: string): string {
  return DAY_AND_TIME.format(new Date(sentAt));
}

/** The day of something, by the reader's own calendar and clock. */
export function dayOf(sentAt: string, now: Date): string {
  const date = new Date(sentAt);
  if (isSameDay(date, now)) return "Today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  return isSameDay(date, yesterday) ? "Yesterday" : FULL_DAY.format(date);
}

/** Whether a day begins between the two, where the reader is. */
export function beginsDay(sentAt: string, before: string | undefined): boolean {
  return before === undefined || !isSameDay(new Date(sentAt), new Date(before));
}

function isSameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}

/** What a file is, in a word or two. */
export function fileKind(contentType: string): string {
  if (contentType === "application/pdf") return "PDF";
  if (contentType === "application/dicom") return "DICOM scan";
  return contentType.startsWith("image/") ? "Picture" : "File";
}

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** How large a file is, as people say it. */
export function fileSize(bytes: number): string {
  const step = Math.min(SIZES.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const style = { style: "unit", unit: SIZES[step], unitDisplay: "short", maximumSignificantDigits: 3 } as const;
  return new Intl.NumberFormat("en", style).format(bytes / 1000 ** step);
}

/** Which kinds of file may be attached, as a sentence goes on: "JPEG and PNG pictures, PDF documents and DICOM scans". */
export function kindsOf(types: readonly string[]): string {
  const pictures = types.flatMap((type) => (type.startsWith("image/") ? type.slice("image/".length).toUpperCase() : []));
  const others = types.filter((type) => !type.startsWith("image/"));
  const kinds = others.map((type) => (type === "application/pdf" ? "PDF documents" : type === "application/dicom" ? "DICOM scans" : type));
  const list = new Intl.ListFormat("en");
  return list.format(pictures.length === 0 ? kinds : [`${list.format(pictures)} pictures`, ...kinds]);
}

/** What a list shows of a message that is nothing but files. */
export const FILES_ALONE = "Sent a file";
