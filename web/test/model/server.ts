/**
 * The server as wire.md describes it, in a few lines: anchored append, pages, the list, read markers. The inbox is folded
 * some time after a record is stored, as it is in truth. It fails only when it is told to.
 */

import type {
  CaseList,
  CaseStatus,
  CaseSummary,
  MailPreferences,
  MessagePage,
  Participants,
  PostMessage,
  Role,
  ServerFrame,
  ThreadRecord,
} from "../../src/client/wire.ts";
import { seal } from "../records.ts";
import type { Clock } from "./clock.ts";

/** As the server's 500, but within reach of a short schedule. */
const ANCHOR_REACH = 5;
/** As the server's 50 and 100; pages may be short. */
const LATEST = 4;
const LONGEST_PAGE = 6;

export const PARTICIPANTS: Participants = {
  requester: { userId: "amira", name: "Amira" },
  provider: { userId: "chen", name: "Chen" },
};

/** Nobody chooses anything here. */
const PREFERENCES: MailPreferences = { email: "full", mutedCases: [], mail: "ok", emailCeiling: "full" };

export interface Answer {
  status: number;
  body: unknown;
  retryAfter?: number;
}

interface Marker {
  seq: number;
  saved: number;
  at: string;
}

export class Case {
  readonly records: ThreadRecord[] = [];
  /** How far the inbox has been folded. */
  folded = 0;
  readonly markers: Record<Role, Marker | null> = { requester: null, provider: null };

  constructor(readonly caseId: string) {}

  get tail(): ThreadRecord {
    return this.records.at(-1)!;
  }

  /** Counted by hand, message by message. */
  unread(role: Role): number {
    const read = this.markers[role]?.seq ?? -1;
    return this.records.filter((record) => record.seq > read && record.kind === "message" && record.sender.role !== role).length;
  }
}

export class Server {
  readonly cases = new Map<string, Case>();
  /** Messages that a closed case has turned away: their writer decides, and what they wrote later does not wait. */
  readonly turnedAway = new Set<string>();
  /** The share of requests that are answered with "not now". */
  trouble = 0;
  /** How long the inbox may lag behind. */
  foldMs = 4_000;

  constructor(
    private readonly clock: Clock,
    /** To every connection of both people. */
    private readonly broadcast: (frame: ServerFrame) => void,
    caseIds: readonly string[],
  ) {
    for (const caseId of caseIds) {
      this.cases.set(caseId, new Case(caseId));
      this.append(caseId, { kind: "caseOpened" }, "open");
    }
  }

  answer(userId: string, method: string, url: URL, body: unknown): Answer {
    if (this.clock.chance(this.trouble)) {
      const asks = this.clock.chance(0.3);
      return { ...problem(asks ? 429 : 503, asks ? "too_many_requests" : "identity_unavailable"), ...(asks && { retryAfter: 3 }) };
    }
    if (url.pathname === "/preferences") return { status: 200, body: PREFERENCES };
    const role = PARTICIPANTS.requester.userId === userId ? "requester" : "provider";
    const [, , caseId, what] = url.pathname.split("/");
    if (caseId === undefined) return { status: 200, body: this.#list(role, url.searchParams.get("status") as CaseStatus) };
    const found = this.cases.get(caseId);
    if (found === undefined) return problem(404, "case_not_found");
    if (what === "read") return this.#read(found, role, (body as { seq: number }).seq);
    if (method === "POST") return this.#post(found, role, body as PostMessage);
    return { status: 200, body: this.#page(found, url.searchParams) };
  }

  append(caseId: string, event: Partial<ThreadRecord>, status: CaseStatus): ThreadRecord {
    const found = this.cases.get(caseId)!;
    const before = found.records.at(-1);
    const from = (role: Role) => Number("sender" in event && event.sender?.role === role);
    const unsealed = {
      caseId,
      seq: found.records.length,
      sentAt: new Date(this.clock.now).toISOString(),
      reference: caseId,
      participants: PARTICIPANTS,
      status,
      fromRequester: (before?.fromRequester ?? 0) + from("requester"),
      fromProvider: (before?.fromProvider ?? 0) + from("provider"),
      previousHash: "",
      hash: "",
      ...event,
    } as ThreadRecord;
    const record = seal(unsealed, before);
    found.records.push(record);
    this.clock.after(this.clock.between(0, this.foldMs), () => (found.folded = Math.max(found.folded, record.seq)), null);
    this.broadcast({ type: "message", record });
    return record;
  }

  #post(found: Case, role: Role, { clientId, after, body }: PostMessage): Answer {
    const { tail } = found;
    if (after < 0) return problem(400, "invalid_request");
    if (after > tail.seq) return problem(409, "unknown_anchor");
    if (tail.seq - after > ANCHOR_REACH) return problem(409, "anchor_too_old");
    const stored = found.records
      .slice(after + 1)
      .find((record) => record.kind === "message" && record.clientId === clientId && record.sender.role === role);
    if (stored !== undefined) return { status: 200, body: stored };
    if (tail.status === "closed") {
      this.turnedAway.add(clientId);
      return problem(409, "case_closed");
    }
    const sender = { ...PARTICIPANTS[role], role };
    return { status: 201, body: this.append(found.caseId, { kind: "message", clientId, sender, body, attachments: [] }, "open") };
  }

  #read(found: Case, role: Role, seq: number): Answer {
    if (seq > found.tail.seq) return problem(400, "invalid_request");
    const known = found.markers[role];
    if (known === null || seq > known.seq) {
      const saved = sentByOther(found.records[seq]!, role);
      const at = new Date(this.clock.now).toISOString();
      found.markers[role] = { seq, saved, at };
      this.broadcast({ type: "read", caseId: found.caseId, role, seq, readAt: at });
    }
    const marker = found.markers[role]!;
    return { status: 200, body: { seq: marker.seq, unread: Math.max(0, sentByOther(found.tail, role) - marker.saved) } };
  }

  #page({ records, tail, markers }: Case, query: URLSearchParams): MessagePage {
    const length = 1 + Math.floor(this.clock.random() * LONGEST_PAGE);
    const [after, before] = [query.get("after"), query.get("before")];
    const from = after !== null ? Number(after) + 1 : Math.max(0, (before === null ? records.length : Number(before)) - (before === null ? LATEST : length));
    const to = after !== null ? from + length : before === null ? records.length : Number(before);
    return {
      records: records.slice(from, to),
      head: tail.seq,
      hasMore: after !== null ? to < records.length : from > 0,
      readMarkers: { requester: markers.requester?.seq ?? null, provider: markers.provider?.seq ?? null },
      readTimes: { requester: markers.requester?.at ?? null, provider: markers.provider?.at ?? null },
      participants: PARTICIPANTS,
      status: tail.status,
    };
  }

  #list(role: Role, status: CaseStatus): CaseList {
    const rows = [...this.cases.values()].map((found) => rowOf(found, role));
    const totalUnread = rows.reduce((total, { unread }) => total + unread, 0);
    return { cases: rows.filter((row) => row.status === status), totalUnread };
  }
}

function rowOf(found: Case, role: Role): CaseSummary {
  const { caseId, records, folded, markers } = found;
  const head = records[folded]!;
  const other = role === "requester" ? "provider" : "requester";
  return {
    caseId,
    reference: caseId,
    role,
    peer: { ...PARTICIPANTS[other], role: other },
    status: head.status,
    head: head.seq,
    lastActivityAt: head.sentAt,
    preview: null,
    unread: Math.max(0, sentByOther(head, role) - (markers[role]?.saved ?? 0)),
  };
}

function sentByOther(record: ThreadRecord, role: Role): number {
  return role === "requester" ? record.fromProvider : record.fromRequester;
}

function problem(status: number, code: string): Answer {
  return { status, body: { status, title: "", detail: "", code } };
}
