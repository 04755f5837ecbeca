/**
 * One case's thread as this client follows it: reads it, keeps it whole, sends into it.
 * Owns the thread, its outbox and the draft; knows nothing of the list of cases or of the connection.
 */

import type { Api } from "./api.ts";
import { refusal } from "./body.ts";
import { Changes } from "./changes.ts";
import { Refused } from "./failure.ts";
import { Outbox } from "./outbox.ts";
import { Thread, type Pending } from "./thread.ts";
import type { CaseStatus, Participants, Role, Sender, ThreadRecord } from "./wire.ts";

/** Pages read in one go: 20,000 records. A thread that runs further ahead is caught up by the next sync. */
const MAX_PAGES = 200;

/** What its writer would lose with the page. */
export interface Unsent {
  draft: string;
  pending: Pick<Pending, "clientId" | "body" | "after" | "to">[];
}

export class Conversation extends Changes {
  readonly thread = new Thread();
  /** What is written and not yet sent, kept while one looks elsewhere. */
  draft = "";
  /** The userId of the person the draft was begun for. */
  draftTo: string | null = null;
  /** Why the thread cannot be shown or kept up to date; null when all is well. */
  trouble: unknown = null;
  loadingEarlier = false;
  /** The last try to read earlier records failed. Only its reader asks again: nothing loads by itself until then. */
  earlierFailed = false;
  /** Raised whenever the records are forgotten: a page asked for before that belongs to what is gone. */
  #epoch = 0;
  #syncing: Promise<void> | null = null;
  readonly #outbox: Outbox;

  constructor(
    readonly caseId: string,
    private readonly api: Api,
    private readonly userId: () => string | null,
  ) {
    super();
    this.#outbox = new Outbox({
      thread: this.thread,
      post: (message) => this.api.post(caseId, message),
      catchUp: () => this.#catchUp(),
      reload: () => this.#reload(),
      addressee: () => this.peer?.userId ?? null,
      changed: () => this.changed(),
    });
  }

  get latest(): ThreadRecord | null {
    return this.thread.records.at(-1) ?? null;
  }

  get participants(): Participants | null {
    return this.latest?.participants ?? null;
  }

  get status(): CaseStatus | null {
    return this.latest?.status ?? null;
  }

  /** Which side of the case this person is on. */
  get role(): Role | null {
    if (this.participants === null) return null;
    return this.participants.requester.userId === this.userId() ? "requester" : "provider";
  }

  /** The person on the other side. */
  get peer(): Sender | null {
    const { role, participants } = this;
    if (role === null || participants === null) return null;
    const peerRole = role === "requester" ? "provider" : "requester";
    return { ...participants[peerRole], role: peerRole };
  }

  /** What would be lost with the page, or null. */
  get unsent(): Unsent | null {
    const pending = this.thread.pending.filter(({ state }) => state !== "sent");
    if (this.draft.trim() === "" && pending.length === 0) return null;
    return { draft: this.draft, pending: pending.map(({ clientId, body, after, to }) => ({ clientId, body, after, to })) };
  }

  /** Reads what is missing: everything on screen for the first time, the newest records afterwards. Never throws. */
  async sync(): Promise<void> {
    const epoch = this.#epoch;
    try {
      await this.#catchUp();
      if (epoch === this.#epoch) this.trouble = null;
    } catch (error) {
      if (epoch !== this.#epoch) return;
      this.trouble = error;
      if (isGone(error)) this.#forget();
    }
    this.#outbox.review();
    this.changed();
  }

  receive(record: ThreadRecord): void {
    if (!this.thread.loaded) return void this.sync();
    this.thread.push(record);
    this.#outbox.review();
    this.changed();
    if (this.thread.hasGap) void this.sync();
  }

  /** The page before the oldest record held. */
  async loadEarlier(): Promise<void> {
    if (this.loadingEarlier || !this.thread.loaded || !this.thread.hasEarlier) return;
    const epoch = this.#epoch;
    this.loadingEarlier = true;
    this.earlierFailed = false;
    this.changed();
    try {
      const page = await this.api.messages(this.caseId, { before: this.thread.tail });
      if (epoch === this.#epoch) this.thread.addPage(page);
    } catch {
      this.earlierFailed = epoch === this.#epoch;
    }
    this.loadingEarlier = false;
    this.changed();
  }

  /** Sends `body` as it is, or says why it cannot be sent. */
  send(body: string): string | null {
    const reason = refusal(body);
    if (reason === null) this.#outbox.send(body);
    return reason;
  }

  /** Takes up what was carried over a sign-in. */
  restore({ draft, pending }: Unsent): void {
    this.draft = draft;
    for (const message of pending) this.thread.restore(message, "session_ended");
    this.changed();
  }

  retry(clientId: string): void {
    this.#outbox.retry(clientId);
  }

  discard(clientId: string): void {
    this.#outbox.discard(clientId);
  }

  /** Its writer has no more use for anything that was not sent. */
  discardAll(): void {
    for (const { clientId } of this.thread.pending) this.thread.discard(clientId);
    this.clearDraft();
  }

  clearDraft(): void {
    this.draft = "";
    this.draftTo = null;
    this.changed();
  }

  /** A good moment to try what waits. */
  flush(): void {
    this.#outbox.flush();
  }

  /** This person is no longer on the case: nothing of it stays on screen. */
  revoke(): void {
    this.stop();
    this.#forget();
    this.trouble = new Refused({ status: 404, title: "", detail: "", code: "case_not_found" });
    this.changed();
  }

  stop(): void {
    this.#outbox.stop();
  }

  /** One reader at a time: whoever comes second waits for the first, who reads on until nothing is missing. */
  #catchUp(): Promise<void> {
    if (this.#syncing !== null) return this.#syncing;
    const reading = this.#readOn(this.#epoch).finally(() => {
      if (this.#syncing === reading) this.#syncing = null;
    });
    this.#syncing = reading;
    return reading;
  }

  async #readOn(epoch: number): Promise<void> {
    const { thread } = this;
    if (!thread.loaded) {
      const latest = await this.api.messages(this.caseId);
      if (epoch !== this.#epoch) return;
      thread.addPage(latest);
      this.changed();
      if (!thread.hasGap) return;
    }
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const head = thread.head;
      const page = await this.api.messages(this.caseId, { after: head });
      if (epoch !== this.#epoch) return;
      thread.addPage(page);
      this.changed();
      // No progress means that the server has nothing newer to give just now.
      if (thread.head === head || !(page.hasMore || thread.hasGap)) return;
    }
  }

  #reload(): Promise<void> {
    this.#forget();
    return this.#catchUp();
  }

  /** Nobody waits for pages of what is forgotten; those still on their way are dropped when they come. */
  #forget(): void {
    this.#epoch++;
    this.#syncing = null;
    this.earlierFailed = false;
    this.thread.forget();
  }
}

/** Answers after which what was read must not stay on screen. */
function isGone(error: unknown): boolean {
  return error instanceof Refused && (error.code === "case_not_found" || error.code === "admins_excluded");
}
