/**
 * The list of the caller's cases. The server's list is the truth; a record that has just arrived is folded in at once,
 * because the server folds it a moment later. Owns the list and its loading; counts nothing.
 */

import type { Api } from "./api.ts";
import { Changes } from "./changes.ts";
import type { CaseSummary, Role, ThreadRecord } from "./wire.ts";

/** What the server shows of a message, roughly; its own preview follows. */
const PREVIEW_CHARACTERS = 120;

export class Cases extends Changes {
  /** By latest activity, open and closed alike. */
  all: readonly CaseSummary[] = [];
  loaded = false;
  trouble: unknown = null;
  #loading: Promise<void> | null = null;
  #again = false;

  constructor(private readonly api: Api) {
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

  fold(record: ThreadRecord): void {
    this.all = sorted(this.all.map((summary) => withRecord(summary, record)));
    this.changed();
  }

  remove(caseId: string): void {
    this.all = this.all.filter((summary) => summary.caseId !== caseId);
    this.changed();
  }

  async #load(): Promise<void> {
    try {
      const [open, closed] = await Promise.all([this.api.cases("open"), this.api.cases("closed")]);
      this.all = merged(this.all, [...open.cases, ...closed.cases]);
      this.loaded = true;
      this.trouble = null;
    } catch (error) {
      this.trouble = error;
    }
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

/** The server's list, but for rows that are behind what this client has seen. */
export function merged(known: readonly CaseSummary[], fromServer: readonly CaseSummary[]): CaseSummary[] {
  // A case that closes between the two requests is in both: the row that is ahead counts.
  const rows = new Map<string, CaseSummary>();
  for (const row of fromServer) if (row.head >= (rows.get(row.caseId)?.head ?? -1)) rows.set(row.caseId, row);
  for (const row of known) if (row.head > (rows.get(row.caseId)?.head ?? Infinity)) rows.set(row.caseId, row);
  return sorted([...rows.values()]);
}

function sorted(rows: CaseSummary[]): CaseSummary[] {
  return rows.sort((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt) || a.caseId.localeCompare(b.caseId));
}

function snippet(body: string): string {
  return [...body.replaceAll(/\s+/g, " ").trim()].slice(0, PREVIEW_CHARACTERS).join("");
}
