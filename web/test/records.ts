/** Builders: a thread as the server would give it. */

import { hashOf } from "../src/client/chain.ts";
import type { Written } from "../src/client/thread.ts";
import type { CaseSummary, MessagePage, Participants, ThreadRecord } from "../src/client/wire.ts";

export const PARTICIPANTS: Participants = {
  requester: { userId: "amira", name: "Amira Haddad" },
  provider: { userId: "chen", name: "Dr. Wei Chen" },
};

/** As the server stores a record behind another one, or as the first. */
export function seal(record: ThreadRecord, before?: ThreadRecord): ThreadRecord {
  const linked = { ...record, previousHash: before?.hash ?? "0".repeat(64) };
  return { ...linked, hash: hashOf(linked) };
}

/** Stores one more record at the end of a thread. */
export function append(all: ThreadRecord[], record: ThreadRecord): ThreadRecord {
  const stored = seal({ ...record, seq: all.length }, all.at(-1));
  all.push(stored);
  return stored;
}

/** The thread that most tests begin with, as far as it was asked for. */
const thread: ThreadRecord[] = [];

/** That record of it, or another one in its place. */
export function record(seq: number, clientId?: string): ThreadRecord {
  while (thread.length < seq) append(thread, plain(thread.length));
  if (clientId !== undefined) return seal(plain(seq, clientId), thread[seq - 1]);
  return thread[seq] ?? append(thread, plain(seq));
}

function plain(seq: number, clientId = `client-${seq}`): ThreadRecord {
  const base = {
    caseId: "case-1",
    seq,
    sentAt: new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(),
    reference: "MSO-1",
    participants: PARTICIPANTS,
    status: "open",
    fromRequester: seq,
    fromProvider: 0,
    previousHash: "",
    hash: "",
  } as const;
  if (seq === 0) return { ...base, kind: "caseOpened" };
  const sender = { ...PARTICIPANTS.requester, role: "requester" } as const;
  return { ...base, kind: "message", clientId, sender, body: `text ${seq}`, attachments: [] };
}

export function records(count: number): ThreadRecord[] {
  return Array.from({ length: count }, (_, seq) => record(seq));
}

export function page(all: readonly ThreadRecord[], from: number, to: number): MessagePage {
  return {
    records: all.slice(Math.max(0, from), to),
    head: all.length - 1,
    hasMore: to < all.length,
    readMarkers: { requester: null, provider: null },
    readTimes: { requester: null, provider: null },
    participants: PARTICIPANTS,
    status: "open",
  };
}

export function summary(caseId: string, head: number, lastActivityAt: string): CaseSummary {
  const peer = { ...PARTICIPANTS.provider, role: "provider" } as const;
  return { caseId, reference: "MSO-1", role: "requester", peer, status: "open", head, lastActivityAt, preview: null, unread: 0 };
}

export function token(subject: string, endsAt?: number): string {
  const claims = { iss: "https://issuer.test", sub: subject, ...(endsAt !== undefined && { exp: Math.floor(endsAt / 1000) }) };
  return `e30.${btoa(JSON.stringify(claims))}.`;
}

export function written(clientId: string, after: number): Written {
  return { clientId, body: "hello", files: [], after, to: null, failure: null, holds: false };
}
