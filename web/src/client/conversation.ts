/**
 * One case's conversation as this client follows it: what is read and written, how far both sides have read, and whether
 * the other one is writing. Owns the parts of it and ties them together; knows nothing of the connection.
 */

import type { Api } from "./api.ts";
import { Retry } from "./backoff.ts";
import { refusal } from "./body.ts";
import { CaseView } from "./case-view.ts";
import type { Cases } from "./cases.ts";
import type { Tampering } from "./chain.ts";
import { isPassing, Refused } from "./failure.ts";
import { MAX_FILES, type FilePolicy, type Refusal } from "./files/policy.ts";
import type { Upload } from "./files/upload.ts";
import type { Given, Uploads } from "./files/uploads.ts";
import type { Marker } from "./markers.ts";
import type { News } from "./news.ts";
import { Outbox } from "./outbox.ts";
import { Reader } from "./reader.ts";
import { Receipts } from "./receipts.ts";
import { Remembered } from "./remembered.ts";
import type { KeptDraft } from "./store.ts";
import type { Notice } from "./tabs.ts";
import { PeerTyping, type TypingHints } from "./typing.ts";
import type { Unsent } from "./unsent.ts";
import type { BySide, MessagePage, Role, Seq, ThreadRecord, Timestamp } from "./wire.ts";

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

/** A file that cannot go with a message. */
export interface RefusedFile {
  name: string;
  size: number;
  refusal: Refusal;
}

export class Conversation extends CaseView {
  /** Why the thread cannot be shown or kept up to date; null when all is well. */
  trouble: unknown = null;
  loadingEarlier = false;
  /** Whether a file of the draft is gone: this browser did not keep it. */
  lostFile = false;
  /** The last try to read earlier records failed. Only its reader asks again: nothing loads by itself until then. */
  earlierFailed = false;
  readonly #reader: Reader;
  readonly #outbox: Outbox;
  readonly #receipts: Receipts;
  readonly #remembered: Remembered;
  readonly #peerTyping = new PeerTyping(() => this.changed());
  readonly #retry = new Retry(() => this.watched && void this.sync());

  constructor(
    readonly caseId: string,
    private readonly shared: Shared,
  ) {
    super(shared.userId);
    const { api, cases, unsent, uploads } = shared;
    const { thread } = this;
    this.#remembered = new Remembered({ caseId, api, thread, heads: unsent.heads });
    this.#reader = new Reader({ caseId, api, thread, remembered: this.#remembered, onPage: (page, fresh) => this.#onPage(page, fresh) });
    this.#outbox = new Outbox({
      caseId,
      thread,
      reader: this.#reader,
      unsent,
      uploads,
      post: (message) => api.post(caseId, message),
      addressee: () => this.peer?.userId ?? null,
      changed: () => this.changed(),
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
    return this.#receipts.firstUnread;
  }

  /** Whether the other person is writing just now. */
  get peerTyping(): boolean {
    return this.#peerTyping.now;
  }

  /** What is written and not yet sent, kept while one looks elsewhere, and over a reload or a sign-in. */
  get draft(): string {
    return this.shared.unsent.drafts.of(this.caseId).text;
  }

  set draft(text: string) {
    this.#redraft({ text });
  }

  /** The userId of the person the draft was begun for. */
  get draftTo(): string | null {
    return this.shared.unsent.drafts.of(this.caseId).to;
  }

  set draftTo(to: string | null) {
    this.#redraft({ to });
  }

  /** The files that go with the draft; of one that this browser lost, there is nothing. */
  get draftFiles(): Upload[] {
    return this.#draftFileIds.flatMap((id) => this.shared.uploads.find(id) ?? []);
  }

  /** Whether there is nothing that could be sent. */
  get draftEmpty(): boolean {
    return this.draft === "" && this.draftFiles.length === 0;
  }

  get filePolicy(): FilePolicy {
    return this.shared.uploads.policy;
  }

  /** One file of a message on its way; undefined while it is not known here. */
  upload(id: string): Upload | undefined {
    return this.shared.uploads.find(id);
  }

  /** Puts files to the draft, and begins to upload them. Gives those that cannot go with a message, and why. */
  async attach(given: readonly Given[]): Promise<RefusedFile[]> {
    const refused: RefusedFile[] = [];
    this.lostFile = false;
    for (const one of given) {
      const full = () => this.#draftFileIds.length >= MAX_FILES;
      const chosen = full() ? "too_many" : await this.shared.uploads.choose(this.caseId, one);
      const refusal = typeof chosen === "string" ? chosen : full() ? "too_many" : null;
      if (refusal !== null) refused.push({ name: one.name, size: one.size, refusal });
      if (typeof chosen === "string") continue;
      if (refusal !== null) this.shared.uploads.drop(chosen.file.id);
      else this.#redraft({ files: [...this.#draftFileIds, chosen.file.id], ...(this.draftEmpty && { to: this.peer?.userId ?? null }) });
    }
    this.changed();
    return refused;
  }

  /** Takes a file away from the draft. */
  detach(id: string): void {
    this.#redraft({ files: this.#draftFileIds.filter((one) => one !== id) });
    this.shared.uploads.drop(id);
    this.changed();
  }

  get #draftFileIds(): readonly string[] {
    return this.shared.unsent.drafts.of(this.caseId).files;
  }

  #redraft(change: Partial<Omit<KeptDraft, "caseId">>): void {
    const { drafts } = this.shared.unsent;
    drafts.set({ ...drafts.of(this.caseId), ...change });
  }

  /** All that was written here and not sent, to be read or copied by whoever can no longer send it. */
  get unsentText(): string {
    const pending = this.thread.pending.filter(({ state }) => state !== "sent");
    return [...pending.map(({ body, files }) => this.#withNames(body, files)), this.unsentDraft].filter((text) => text !== "").join("\n\n");
  }

  /** The draft alone, with the names of its files. */
  get unsentDraft(): string {
    return this.#withNames(this.draft, this.#draftFileIds);
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

  /** Somebody opens it. */
  open(): void {
    this.#receipts.open();
    void this.restored();
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
  async loadEarlier(): Promise<void> {
    if (this.loadingEarlier || !this.thread.loaded || !this.thread.hasEarlier) return;
    const { epoch } = this.#reader;
    this.loadingEarlier = true;
    this.earlierFailed = false;
    this.changed();
    this.earlierFailed = await this.#reader.earlier().then(() => false, () => epoch === this.#reader.epoch);
    this.loadingEarlier = false;
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
  send(body: string): string | null {
    const files = this.draftFiles.map(({ file }) => file.id);
    if (this.tampered !== null) return "Sending is paused, because this conversation is not what it was. What you wrote is kept.";
    const reason = this.#filesRefusal(files) ?? refusal(body, files.length);
    if (reason !== null) return reason;
    this.lostFile = false;
    this.#outbox.send(body, files);
    this.#redraft({ text: "", files: [], to: null });
    return null;
  }

  /** Why the draft's files keep it from being sent. */
  #filesRefusal(files: readonly string[]): string | null {
    if (files.length > MAX_FILES) return `This message has ${files.length} files, and ${MAX_FILES} is the most. Please remove some of them.`;
    if (this.draftFiles.some(({ step }) => step.at === "failed")) return "A file could not be added. Remove it or try it again, then send.";
    // One that is known to be lost has been said to be.
    if (files.length === this.#draftFileIds.length || this.lostFile) return null;
    void this.restored();
    return "Your files are still being looked up. Please try again in a moment.";
  }

  canTakeBack(clientId: string): boolean {
    return this.#outbox.canTakeBack(clientId);
  }

  /** Makes a message that was not sent the draft again, before what the draft says by now. */
  takeBack(clientId: string): void {
    const message = this.#outbox.takeBack(clientId);
    if (message === undefined) return;
    const text = [message.body, this.draft].filter((part) => part !== "").join("\n\n");
    this.#redraft({ text, files: [...message.files, ...this.#draftFileIds], to: message.to });
    void this.restored();
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
    this.clearDraft();
  }

  clearDraft(): void {
    for (const id of this.#draftFileIds) this.shared.uploads.drop(id);
    this.#redraft({ text: "", files: [], to: null });
    this.changed();
  }

  /** Takes up what is kept of what was written, here or in another tab. */
  takeUp(): Promise<void> {
    return this.#outbox.look();
  }

  /** The draft of an earlier page is there, or another tab's: its files go on, and one that is gone is said to be. */
  async restored(): Promise<void> {
    const known = await this.shared.uploads.look();
    this.lostFile = known && this.draftFiles.length < this.#draftFileIds.length;
    for (const upload of this.draftFiles) upload.start();
    this.changed();
  }

  /** Another tab has changed what is kept. */
  heed(notice: Exclude<Notice, { type: "cleared" }>): void {
    if (notice.type === "changed") return void this.takeUp();
    if (notice.type === "drafted") return void this.#redrafted();
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

  async #redrafted(): Promise<void> {
    const { unsent, uploads } = this.shared;
    const before = this.#draftFileIds;
    await unsent.redrafted(this.caseId);
    const wanted = [...this.#draftFileIds, ...this.thread.pending.flatMap(({ files }) => files)];
    for (const id of before) if (!wanted.includes(id)) uploads.release(id);
    await this.restored();
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
