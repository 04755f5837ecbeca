/**
 * One case's thread as this client follows it: reads it, keeps it whole, sends into it.
 * Owns the thread, its outbox and the draft; knows nothing of the list of cases or of the connection.
 */

import type { Api } from "./api.ts";
import { refusal } from "./body.ts";
import { Changes } from "./changes.ts";
import { Refused } from "./failure.ts";
import { Outbox } from "./outbox.ts";
import { Thread } from "./thread.ts";
import type { CaseStatus, Participants, Role, ThreadRecord } from "./wire.ts";

/** Pages read in one go: 20,000 records. A thread that runs further ahead is caught up by the next sync. */
const MAX_PAGES = 200;

export class Conversation extends Changes {
  readonly thread = new Thread();
  /** What is written and not yet sent, kept while one looks elsewhere. */
  draft = "";
  /** Why the thread cannot be shown or kept up to date; null when all is well. */
  trouble: unknown = null;
  loadingEarlier = false;
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

  /** Reads what is missing: everything on screen for the first time, the newest records afterwards. Never throws. */
  async sync(): Promise<void> {
    try {
      await this.#catchUp();
      this.trouble = null;
    } catch (error) {
      this.trouble = error;
      if (isGone(error)) this.thread.forget();
    }
    this.changed();
  }

  receive(record: ThreadRecord): void {
    if (!this.thread.loaded) return void this.sync();
    this.thread.push(record);
    this.changed();
    if (this.thread.hasGap) void this.sync();
  }

  /** The page before the oldest record held. */
  async loadEarlier(): Promise<void> {
    if (this.loadingEarlier || !this.thread.loaded || !this.thread.hasEarlier) return;
    this.loadingEarlier = true;
    this.changed();
    try {
      this.thread.addPage(await this.api.messages(this.caseId, { before: this.thread.tail }));
    } catch (error) {
      this.trouble = error;
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

  retry(clientId: string): void {
    this.#outbox.retry(clientId);
  }

  discard(clientId: string): void {
    this.thread.discard(clientId);
    this.changed();
  }

  /** A good moment to try what waits. */
  flush(): void {
    this.#outbox.flush();
  }

  /** This person is no longer on the case: nothing of it stays on screen. */
  revoke(): void {
    this.stop();
    this.thread.forget();
    this.trouble = new Refused({ status: 404, title: "", detail: "", code: "case_not_found" });
    this.changed();
  }

  stop(): void {
    this.#outbox.stop();
  }

  /** One reader at a time: whoever comes second waits for the first, who reads on until nothing is missing. */
  #catchUp(): Promise<void> {
    this.#syncing ??= this.#readOn().finally(() => (this.#syncing = null));
    return this.#syncing;
  }

  async #readOn(): Promise<void> {
    const { thread } = this;
    if (!thread.loaded) {
      thread.addPage(await this.api.messages(this.caseId));
      this.changed();
      if (!thread.hasGap) return;
    }
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const head = thread.head;
      const page = await this.api.messages(this.caseId, { after: head });
      thread.addPage(page);
      this.changed();
      // No progress means that the server has nothing newer to give just now.
      if (thread.head === head || !(page.hasMore || thread.hasGap)) return;
    }
  }

  #reload(): Promise<void> {
    this.thread.forget();
    return this.#catchUp();
  }
}

/** Answers after which what was read must not stay on screen. */
function isGone(error: unknown): boolean {
  return error instanceof Refused && (error.code === "case_not_found" || error.code === "admins_excluded");
}
