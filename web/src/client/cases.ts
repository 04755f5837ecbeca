/**
 * The list of the caller's cases, and how much of each is unread. The server's list is the truth; a record that has just
 * arrived is folded in at once, because the server folds it a moment later. Owns the list and its loading; the counting
 * is `tally.ts`'s.
 */

import type { Api } from "./api.ts";
import { Retry } from "./backoff.ts";
import { Changes } from "./changes.ts";
import { isPassing } from "./failure.ts";
import { sideOf } from "./side.ts";
import { Tally } from "./tally.ts";
import type { CaseSummary, Role, Seq, ThreadRecord } from "./wire.ts";

/** What the server shows of a message, roughly; its own preview follows. */
const PREVIEW_CHARACTERS = 120;

export class Cases extends Changes {
  /** By latest activity, open and closed alike. */
  all: readonly CaseSummary[] = [];
  loaded = false;
  trouble: unknown = null;
  #loading: Promise<void> | null = null;
  #again = false;
  readonly #tallies = new Map<string, Tally>();
  /** What was read in cases that are not in the list yet: which side is this person's, the list will tell. */
  readonly #early: { caseId: string; role: Role; seq: Seq }[] = [];
  readonly #retry = new Retry(() => void this.load());

  constructor(
    private readonly api: Api,
    private readonly userId: () => string | null,
  ) {
    super();
  }

  find(caseId: string): CaseSummary | undefined {
    return this.all.find((summary) => summary.caseId === caseId);
  }

  /** The role that this person has in every case; null when there is none, or both. */
  get role(): Role | null {
    const role = this.all[0]?.role ?? null;
    return this.all.every((summary) => summary.role === role) ? role : null;
  }

  /** Over open and closed cases. */
  get totalUnread(): number {
    return this.all.reduce((total, { unread }) => total + unread, 0);
  }

  /** How far this person has read a case; -1 where nothing is known of it. */
  marker(caseId: string): Seq {
    return this.#tallies.get(caseId)?.marker ?? -1;
  }

  /** Never throws. Asked while it loads, it loads once more: the first answer may already be old. */
  load(): Promise<void> {
    if (this.#loading !== null) this.#again = true;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
      if (!this.#again) return;
      this.#again = false;
      void this.load();
    });
    return this.#loading;
  }

  /** Records that have come, pushed or read. */
  fold(records: readonly ThreadRecord[]): void {
    for (const record of records) {
      const role = sideOf(this.userId(), record.participants);
      if (record.kind === "message" && role !== null && record.sender.role !== role) this.#tally(record.caseId).saw(record.seq);
      this.all = this.all.map((summary) => withRecord(summary, record));
    }
    this.#show();
  }

  /** This person has just read so far, here. False when that is nothing new. */
  reached(caseId: string, seq: Seq): boolean {
    const moved = this.#tally(caseId).reached(seq);
    if (moved) this.#show();
    return moved;
  }

  /** One side has read so far, says the server. `mine` is this person's. False when that says nothing new of them. */
  read(caseId: string, role: Role, seq: Seq, mine: Role | null = this.find(caseId)?.role ?? null): boolean {
    if (mine === null) this.#early.push({ caseId, role, seq });
    return mine === role && this.confirmed(caseId, seq);
  }

  /** The server knows that this person has read so far. False when that is nothing new here. */
  confirmed(caseId: string, seq: Seq): boolean {
    const tally = this.#tally(caseId);
    const moved = tally.confirm(seq);
    if (moved) this.#show();
    // Only the server can tell how much lies between the two.
    if (!tally.exact) void this.load();
    return moved;
  }

  /** The server did not take what was read here last. */
  refused(caseId: string): void {
    this.#tally(caseId).refuse();
    this.#show();
  }

  remove(caseId: string): void {
    this.all = this.all.filter((summary) => summary.caseId !== caseId);
    this.#tallies.delete(caseId);
    this.changed();
  }

  /** Nobody looks: what failed is asked for again when somebody does. */
  rest(): void {
    this.#retry.rest();
  }

  wake(): void {
    this.#retry.wake();
    void this.load();
  }

  async #load(): Promise<void> {
    this.#retry.cancel();
    // The answer counts with all that the server knew of one's reading when it was asked, and perhaps with more.
    const covered = new Map([...this.#tallies].map(([caseId, { confirmed }]) => [caseId, confirmed]));
    try {
      const [open, closed] = await Promise.all([this.api.cases("open"), this.api.cases("closed")]);
      const rows = newest([...open.cases, ...closed.cases]);
      for (const { caseId, head, unread } of rows) this.#tally(caseId).listed(head, unread, covered.get(caseId) ?? -1);
      this.all = merged(this.all, rows);
      for (const { caseId, role, seq } of this.#early.splice(0)) if (this.find(caseId)?.role === role) this.confirmed(caseId, seq);
      this.loaded = true;
      this.trouble = null;
      this.#retry.reset();
    } catch (error) {
      this.trouble = error;
      if (isPassing(error)) this.#retry.later();
    }
    this.#show();
  }

  #tally(caseId: string): Tally {
    const tally = this.#tallies.get(caseId) ?? new Tally();
    this.#tallies.set(caseId, tally);
    return tally;
  }

  #show(): void {
    this.all = sorted(this.all.map((row) => ({ ...row, unread: this.#tallies.get(row.caseId)?.unread ?? row.unread })));
    this.changed();
  }
}

/** The summary after one more record. Records already counted in, and other cases', change nothing. */
export function withRecord(summary: CaseSummary, record: ThreadRecord): CaseSummary {
  if (summary.caseId !== record.caseId || record.seq <= summary.head) return summary;
  const peerRole: Role = summary.role === "requester" ? "provider" : "requester";
  return {
    ...summary,
    reference: record.reference,
    status: record.status,
    peer: { ...record.participants[peerRole], role: peerRole },
    head: record.seq,
    lastActivityAt: record.sentAt,
    preview:
      record.kind === "message" ? { senderRole: record.sender.role, text: snippet(record.body) } : summary.preview,
  };
}

/** The server's rows, but for those that are behind what this client has seen. */
export function merged(known: readonly CaseSummary[], fromServer: readonly CaseSummary[]): CaseSummary[] {
  const rows = new Map(fromServer.map((row) => [row.caseId, row]));
  for (const row of known) if (row.head > (rows.get(row.caseId)?.head ?? Infinity)) rows.set(row.caseId, row);
  return sorted([...rows.values()]);
}

/** A case that closes between the two requests is in both answers: the row that is ahead counts. */
export function newest(rows: readonly CaseSummary[]): CaseSummary[] {
  const found = new Map<string, CaseSummary>();
  for (const row of rows) if (row.head >= (found.get(row.caseId)?.head ?? -1)) found.set(row.caseId, row);
  return [...found.values()];
}

function sorted(rows: CaseSummary[]): CaseSummary[] {
  return rows.sort((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt) || a.caseId.localeCompare(b.caseId));
}

function snippet(body: string): string {
  return [...body.replaceAll(/\s+/g, " ").trim()].slice(0, PREVIEW_CHARACTERS).join("");
}
