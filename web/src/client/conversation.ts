/**
 * One case's conversation as this client follows it: what is read and written, how far both sides have read, and whether
 * the other one is writing. Owns the parts of it and ties them together; knows nothing of the connection.
 */

import type { Api } from "./api.ts";
import { Retry } from "./backoff.ts";
import { CaseView } from "./case-view.ts";
import type { Cases } from "./cases.ts";
import type { Tampering } from "./chain.ts";
import { Draft, type RefusedDraft } from "./draft.ts";
import { isPassing, Refused } from "./failure.ts";
import type { Upload } from "./files/upload.ts";
import type { Uploads } from "./files/uploads.ts";
import type { Marker } from "./markers.ts";
import type { News } from "./news.ts";
import { Outbox } from "./outbox.ts";
import { Reader } from "./reader.ts";
import { Receipts } from "./receipts.ts";
import { Remembered } from "./remembered.ts";
import type { Notice } from "./tabs.ts";
import { PeerTyping, type TypingHints } from "./typing.ts";
import type { Unsent } from "./unsent.ts";
import type { BySide, ExportFormat, MessagePage, Role, Seq, ThreadRecord, Timestamp } from "./wire.ts";

/** What all conversations of one person share. */
export interface Shared {
  api: Api;
  userId: () => string | null;
  cases: Cases;
  news: News;
  unsent: Unsent;
  uploads: Uploads;
  hints: TypingHints;
}

/** Pages that are read back by themselves to the first unread message: 1,000 records, more than anybody catches up on. */
const UNREAD_PAGES = 10;

export class Conversation extends CaseView {
  /** Why the thread cannot be shown or kept up to date; null when all is well. */
  trouble: unknown = null;
  loadingEarlier = false;
  /** The last try to read earlier records failed. Only its reader asks again: nothing loads by itself until then. */
  earlierFailed = false;
  /** What is written and not yet sent, kept while one looks elsewhere, and over a reload or a sign-in. */
  readonly draft: Draft;
  readonly #reader: Reader;
  readonly #outbox: Outbox;
  readonly #receipts: Receipts;
  readonly #remembered: Remembered;
  readonly #peerTyping = new PeerTyping(() => this.changed());
  readonly #retry = new Retry(() => this.watched && void this.sync());
  #loadingEarlier: Promise<void> | null = null;
  /** Pages that may yet be read back by themselves, to where the unread begins. */
  #pagesBack = 0;
  /** While they are read, the unread is taken to begin where it did. */
  #unreadFrom: Seq | null = null;

  constructor(
    readonly caseId: string,
    private readonly shared: Shared,
  ) {
    super(shared.userId);
    const { api, cases, unsent, uploads } = shared;
    const { thread } = this;
    this.#remembered = new Remembered({ caseId, api, thread, heads: unsent.heads });
    this.#reader = new Reader({ caseId, api, thread, remembered: this.#remembered, onPage: (page, fresh) => this.#onPage(page, fresh) });
    const addressee = () => this.peer?.userId ?? null;
    const changed = () => this.changed();
    this.draft = new Draft({ caseId, unsent, uploads, addressee, changed });
    this.#outbox = new Outbox({
      caseId,
      thread,
      reader: this.#reader,
      unsent,
      uploads,
      post: (message) => api.post(caseId, message),
      addressee,
      changed,
    });
    this.#receipts = new Receipts({ caseId, api, cases, thread, role: () => this.role });
  }

  /** Why the thread is not to be relied on; null while all of it holds. What was written waits meanwhile. */
  get tampered(): Tampering | null {
    return this.thread.tampered;
  }

  /** How far each side has read; one's own side at once, the server knowing it or not. */
  get readMarkers(): BySide<Seq> {
    return this.#receipts.markers;
  }

  /** When each side said so. */
  get readTimes(): BySide<Timestamp> {
    return this.#receipts.times;
  }

  /** How far the other side has read: a message of one's own up to there is seen. */
  get peerRead(): Marker | null {
    return this.#receipts.peer;
  }

  /** The first message of the other side that was unread when this was opened, as far as it is held. */
  get firstUnread(): Seq | null {
    return this.#unreadFrom ?? this.#receipts.firstUnread;
  }

  /** Whether there may be more unread before that one, in what is neither held nor being read back to. */
  get unreadEarlier(): boolean {
    return this.#unreadFrom === null && this.#receipts.unreadEarlier;
  }

  /** Whether the other person is writing just now. */
  get peerTyping(): boolean {
    return this.#peerTyping.now;
  }

  /** One file of a message on its way; undefined while it is not known here. */
  upload(id: string): Upload | undefined {
    return this.shared.uploads.find(id);
  }

  /** All that was written here and not sent, to be read or copied by whoever can no longer send it. */
  get unsentText(): string {
    const pending = this.thread.pending.filter(({ state }) => state !== "sent");
    return [...pending.map(({ body, files }) => this.#withNames(body, files)), this.unsentDraft].filter((text) => text !== "").join("\n\n");
  }

  /** The draft alone, with the names of its files. */
  get unsentDraft(): string {
    return this.#withNames(this.draft.text, this.draft.fileIds);
  }

  #withNames(text: string, files: readonly string[]): string {
    const names = files.flatMap((id) => this.upload(id)?.file.name ?? []).map((name) => `[${name}]`);
    return [text, ...names].filter((part) => part.trim() !== "").join("\n");
  }

  /** The live connection was lost. */
  interrupted(): void {
    this.#outbox.interrupted();
  }

  /** Where a file of this case can be had, for a minute. */
  async fileLink(attachmentId: string): Promise<string> {
    return (await this.shared.api.attachment(this.caseId, attachmentId)).url;
  }

  /** Where all of it is, as a file with a signature, for a minute. */
  async exportLink(format: ExportFormat): Promise<string> {
    return (await this.shared.api.export(this.caseId, format)).url;
  }

  /** Somebody opens it. */
  open(): void {
    this.#receipts.open();
    this.#pagesBack = UNREAD_PAGES;
    void this.draft.restored();
    void this.sync();
  }

  /** Reads what is missing: everything on screen for the first time, the newest records afterwards. Never throws. */
  async sync(): Promise<void> {
    const { epoch } = this.#reader;
    this.#retry.cancel();
    try {
      await this.#reader.catchUp();
      if (epoch !== this.#reader.epoch) return;
      this.trouble = null;
      this.#retry.reset();
      this.#receipts.caughtUp();
      void this.#toFirstUnread();
    } catch (error) {
      if (epoch !== this.#reader.epoch) return;
      this.trouble = error;
      if (isGone(error)) this.#forget();
      if (isPassing(error)) this.#retry.later();
    }
    this.#outbox.review();
    this.changed();
  }

  /** A record was pushed. */
  receive(record: ThreadRecord): void {
    this.thread.push(record);
    this.#follow();
    this.#heardFrom(record);
    this.changed();
    if (!this.thread.loaded || this.thread.hasGap) void this.sync();
  }

  /** The page before the oldest record held. */
  loadEarlier(): Promise<void> {
    if (!this.thread.loaded || !this.thread.hasEarlier) return Promise.resolve();
    this.#loadingEarlier ??= this.#loadEarlier().finally(() => (this.#loadingEarlier = null));
    return this.#loadingEarlier;
  }

  /** Reads back to the first record, a page at a time. Gives whether all of it is held: not where it failed or was stopped. */
  async readAll(signal?: AbortSignal): Promise<boolean> {
    const { epoch } = this.#reader;
    while (this.thread.loaded && this.thread.hasEarlier && signal?.aborted !== true && epoch === this.#reader.epoch) {
      const { tail } = this.thread;
      await this.loadEarlier();
      if (this.earlierFailed || this.thread.tail === tail) return false;
    }
    return this.thread.loaded && this.thread.tail === 0;
  }

  async #loadEarlier(): Promise<void> {
    const { epoch } = this.#reader;
    this.loadingEarlier = true;
    this.earlierFailed = false;
    this.changed();
    this.earlierFailed = await this.#reader.earlier().then(() => false, () => epoch === this.#reader.epoch);
    this.loadingEarlier = false;
    this.changed();
  }

  /** Reads back to where the unread begins, or some way towards it: whoever scrolls up from there reads on. */
  async #toFirstUnread(): Promise<void> {
    const from = this.firstUnread;
    if (!this.unreadEarlier) return;
    this.#unreadFrom = from;
    const { epoch } = this.#reader;
    while (epoch === this.#reader.epoch && this.#pagesBack-- > 0 && this.#receipts.unreadEarlier && !this.earlierFailed) {
      await this.loadEarlier();
    }
    this.#unreadFrom = null;
    this.changed();
  }

  /** The record of that number was on screen, in a window that somebody could see. */
  reached(seq: Seq): void {
    if (this.#receipts.reached(seq)) this.changed();
  }

  /** One side has read so far, says the server. */
  read(role: Role, seq: Seq, at: Timestamp): void {
    if (this.#receipts.heard(role, seq, at)) this.changed();
  }

  /** Somebody is writing here: the other person may know. */
  typing(): void {
    if (this.status === "open") this.shared.hints.say(this.caseId);
  }

  /** That side is writing, says the server. */
  typed(role: Role): void {
    if (this.role !== null && role !== this.role) this.#peerTyping.heard();
  }

  /** Sends `body` as it is, with the draft's files, or says why it cannot be sent. */
  send(body = this.draft.text): RefusedDraft | null {
    if (this.tampered !== null) return { why: "paused" };
    const refused = this.draft.refusal(body);
    if (refused !== null) return refused;
    this.#outbox.send(body, this.draft.files.map(({ file }) => file.id));
    this.draft.sent();
    return null;
  }

  canTakeBack(clientId: string): boolean {
    return this.#outbox.canTakeBack(clientId);
  }

  /** Makes a message that was not sent the draft again, before what the draft says by now. */
  takeBack(clientId: string): void {
    const message = this.#outbox.takeBack(clientId);
    if (message !== undefined) this.draft.takeBack(message);
  }

  retry(clientId: string): void {
    this.#outbox.retry(clientId);
  }

  discard(clientId: string): void {
    this.#outbox.discard(clientId);
  }

  /** Its writer has no more use for anything that was not sent. */
  discardAll(): void {
    for (const { clientId } of this.thread.pending) this.discard(clientId);
    this.draft.clear();
  }

  /** Takes up what is kept of what was written, here or in another tab. */
  takeUp(): Promise<void> {
    return this.#outbox.look();
  }

  /** Another tab has changed what is kept. */
  heed(notice: Exclude<Notice, { type: "cleared" }>): void {
    if (notice.type === "changed") return void this.takeUp();
    if (notice.type === "drafted") return void this.draft.changedElsewhere(() => this.thread.pending.flatMap(({ files }) => files));
    this.#outbox.settled(notice);
    if (notice.type === "stored" && this.thread.loaded && notice.seq > this.thread.head) void this.sync();
  }

  /** A good moment to try what waits. */
  flush(): void {
    this.#outbox.flush();
  }

  /** Nobody looks: what failed is tried again when somebody does. Only what was written goes on its way meanwhile. */
  rest(): void {
    this.#retry.rest();
    this.#receipts.rest();
  }

  wake(): void {
    this.#retry.wake();
    this.#receipts.wake();
  }

  /** This person is no longer on the case: nothing of it stays on screen. */
  revoke(): void {
    this.#retry.cancel();
    this.#peerTyping.over();
    this.#outbox.stop();
    this.#forget();
    this.trouble = new Refused({ status: 404, title: "", detail: "", code: "case_not_found" });
    this.changed();
  }

  stop(): void {
    this.rest();
    this.#peerTyping.over();
    this.#outbox.stop();
  }

  /** Signed out: nothing that was written stays. */
  clear(): void {
    this.stop();
    for (const { clientId } of this.thread.pending) this.thread.discard(clientId);
    this.changed();
  }

  protected override changed(): void {
    this.#remembered.follow();
    super.changed();
  }

  #onPage(page: MessagePage, fresh: readonly ThreadRecord[]): void {
    const { cases, news } = this.shared;
    this.#receipts.onPage(page);
    this.#outbox.review();
    cases.fold(page.records);
    for (const record of fresh) {
      this.#heardFrom(record);
      news.offer(record, this.role, cases.marker(this.caseId));
    }
    news.shown(this.caseId, this.thread.head);
    this.changed();
  }

  #heardFrom(record: ThreadRecord): void {
    if (record.kind === "message" && record.sender.role !== this.role) this.#peerTyping.over();
  }

  #follow(): void {
    this.#receipts.follow();
    this.#outbox.review();
  }

  #forget(): void {
    this.earlierFailed = false;
    this.#receipts.forget();
    this.#reader.forget();
  }
}

/** Answers after which what was read must not stay on screen. */
function isGone(error: unknown): boolean {
  return error instanceof Refused && (error.code === "case_not_found" || error.code === "admins_excluded");
}
