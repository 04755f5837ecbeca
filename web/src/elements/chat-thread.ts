/**
 * The conversation on screen. Draws the thread's records and pending messages, and what stands between them, as far as
 * they are near to what one sees: that is `DrawnPart`'s. Where one reads is `KeepPlace`'s, whether the newest is in front
 * of somebody, `InFront`'s, and what is read out, `Announce`'s.
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Conversation } from "../client/conversation.ts";
import type { Pending } from "../client/thread.ts";
import type { Seq, ThreadRecord, Timestamp } from "../client/wire.ts";
import { say } from "../language/language.ts";
import { Announce } from "./announce.ts";
import { threadStyles } from "./chat-thread.styles.ts";
import { DrawnPart } from "./drawn-part.ts";
import { InFront } from "./in-front.ts";
import { KeepPlace } from "./keep-place.ts";
import { factView, messageView, pendingView, piecesOf } from "./message.ts";
import { Midnight } from "./midnight.ts";
import type { Search } from "./search.ts";
import { dayLine, newLine, seenLine } from "./thread-lines.ts";
import { toNewest } from "./thread-words.ts";
import { typingHint } from "./typing-hint.ts";
import { Watch } from "./watch.ts";
import { beginsDay } from "./words.ts";

/** So near the top, the page before is fetched without being asked for. */
const NEAR_TOP_PX = 160;
/** Elements of a message, with a day above it; of a fact; and of a file, with all that is in it. */
const [MESSAGE_COST, FACT_COST, FILE_COST] = [10, 6, 14];

@customElement("chat-thread")
export class ChatThread extends LitElement {
  static override styles = threadStyles;

  @property({ attribute: false }) conversation!: Conversation;
  /** What is searched for here; null while nobody searches. */
  @property({ attribute: false }) search: Search | null = null;
  @query(".scroller") private scroller!: HTMLElement | null;
  @query(".log") private log!: HTMLElement | null;
  @query(".new") private divider!: HTMLElement | null;
  @query(".end") private end!: HTMLElement | null;
  /** The match that was gone to. */
  #sought: Seq | null = null;
  /** Up to there it was the end, when one was there last: what came behind it is below. */
  #left: Seq = -1;
  readonly #part = new DrawnPart(this, {
    scroller: () => this.scroller,
    log: () => this.log,
    gaps: () => this.renderRoot.querySelectorAll<HTMLElement>(".gap"),
  });
  readonly #place = new KeepPlace(this, {
    scroller: () => this.scroller,
    part: this.#part,
    start: () => this.divider,
    startKey: () => this.conversation.firstUnread,
    mine: () => this.conversation.thread.pending.at(-1)?.clientId,
  });
  readonly #announce = new Announce(this, () => this.conversation);

  constructor() {
    super();
    new Watch(this, () => [this.conversation, this.search]);
    new Midnight(this);
    // After KeepPlace: what it scrolls away from was not seen.
    new InFront(this, {
      scroller: () => this.scroller,
      end: () => this.end,
      seen: ({ dataset }) => this.conversation.reached(Number(dataset["seq"])),
    });
  }

  /** Brings a record that is held into the middle of the view. Done when it is drawn there. */
  async show(seq: Seq): Promise<void> {
    const { tail, head } = this.conversation.thread;
    if (seq < tail || seq > head) return;
    this.#place.seek(seq);
    while (!(await this.updateComplete));
  }

  protected override willUpdate(): void {
    const sought = this.search?.current ?? null;
    if (sought !== this.#sought && sought !== null && sought >= this.conversation.thread.tail) this.#place.seek(sought);
    this.#sought = sought;
    if (this.#place.atEnd) this.#left = this.conversation.thread.head;
  }

  protected override render(): TemplateResult {
    const { thread, loadingEarlier, peer, peerTyping, status, tampered } = this.conversation;
    const drawing = this.#drawing();
    const failed = thread.pending.some(({ state }) => state === "failed");
    const empty = !thread.hasEarlier && thread.pending.length === 0 && thread.records.every(({ kind }) => kind !== "message");
    const { tail, records, pending } = thread;
    // What waits to be sent has the numbers behind the newest.
    const itemAt = (number: number) => records[number - tail] ?? pending[number - tail - records.length]!;
    const all = { from: tail, to: tail + records.length + pending.length };
    const { from, to } = this.#part.cut(all, (number) => costOf(itemAt(number), this.search?.query ?? ""), this.#place.aim);
    const items = Array.from({ length: to - from }, (_, index) => itemAt(from + index));
    const draw = (item: ThreadRecord | Pending, index: number) =>
      html`<div class="item">${this.#item(item, records[from + index - 1 - tail], drawing)}</div>`;
    return html`
      <div class="scroller" tabindex="0" role="group" aria-label=${say("thread.conversation")} @scroll=${this.#onScroll} @keydown=${this.#onKey}>
        ${thread.hasEarlier ? this.#earlier(loadingEarlier) : nothing}
        <div class="gap"></div>
        <div class="log ${from > tail ? "cut" : ""}" role="log" aria-live="off" aria-label=${say("thread.messages")} aria-busy=${loadingEarlier}>
          ${repeat(items, keyOf, draw)}
        </div>
        <div class="gap"></div>
        ${empty && status === "open" && tampered === null ? html`<p class="empty">${say("thread.empty")}</p>` : nothing}
      </div>
      ${typingHint(peerTyping && peer !== null ? peer.name : null)} ${this.#announce.render()}
      ${failed ? html`<p class="unseen" role="alert">${say("thread.unsent")}</p>` : nothing}
      ${this.#place.atEnd ? nothing : html`<button class="to-end small" @click=${this.#toEnd}>${toNewest(this.#below)}</button>`}
    `;
  }

  /** Where each message stands in the whole: what is drawn says little of that. */
  protected override updated(): void {
    const { records, pending, tail } = this.conversation.thread;
    const all = String(tail + records.length + pending.length);
    for (const [number, item] of this.#part.items()) {
      const article = item.querySelector("article");
      article?.setAttribute("aria-posinset", String(number + 1));
      article?.setAttribute("aria-setsize", all);
    }
  }

  /** Messages of the other side that have come below since one was at the end. */
  get #below(): number {
    const { records, tail } = this.conversation.thread;
    return records.slice(Math.max(0, this.#left + 1 - tail)).filter((record) => record.kind === "message" && !this.#isMine(record)).length;
  }

  #earlier(loading: boolean): TemplateResult {
    const load = () => void this.conversation.loadEarlier();
    const failed = this.conversation.earlierFailed;
    return html`<div class="earlier">
      <p class="quiet-text" role="alert" ?hidden=${!failed}>${failed ? say("thread.earlier.failed") : nothing}</p>
      <button class="quiet small" aria-disabled=${loading} @click=${load}>
        ${say(loading ? "thread.earlier.loading" : failed ? "action.again" : "thread.earlier")}
      </button>
    </div>`;
  }

  /** What all items of one drawing have in common. */
  #drawing(): Drawing {
    const { thread, firstUnread, unreadEarlier, peerRead } = this.conversation;
    const readTo = peerRead?.seq ?? -1;
    const seen = thread.records.findLast((record) => record.seq <= readTo && this.#isMine(record));
    return { now: new Date(), firstUnread, unreadEarlier, readTo, seen: seen?.seq ?? null, seenAt: peerRead?.at ?? null };
  }

  #item(item: ThreadRecord | Pending, before: ThreadRecord | undefined, drawing: Drawing): TemplateResult {
    if (!("kind" in item)) return this.#pending(item);
    const begins = beginsDay(item.sentAt, before?.sentAt);
    const isNew = item.seq === drawing.firstUnread;
    return html`
      ${begins ? dayLine(item.sentAt, drawing.now) : nothing}${isNew ? newLine() : nothing}
      ${isNew && drawing.unreadEarlier ? html`<p class="more-new">${say("thread.new.before")}</p>` : nothing}
      ${this.#record(item, before, drawing, begins || isNew)}
      ${item.seq === drawing.seen ? seenLine(drawing.seenAt) : nothing}
      ${item === this.conversation.latest ? html`<span class="end" data-seq=${item.seq}></span>` : nothing}
    `;
  }

  #record(record: ThreadRecord, before: ThreadRecord | undefined, { readTo }: Drawing, apart: boolean): TemplateResult {
    if (record.kind !== "message") return factView(record, before);
    const mine = this.#isMine(record);
    const follows = !apart && before?.kind === "message" && before.sender.userId === record.sender.userId;
    const { query = "", current = null } = this.search ?? {};
    const unseen = mine && record.seq > readTo;
    return messageView(record, { mine, follows, unseen, query, sought: record.seq === current, in: this.conversation });
  }

  #pending(message: Pending): TemplateResult {
    const { thread, participants, role, peer } = this.conversation;
    const retry = () => this.conversation.retry(message.clientId);
    const discard = () => this.#discard(message.clientId);
    const me = role === null || participants === null ? null : { ...participants[role], role };
    const takeBack = () => this.#takeBack(message.clientId);
    const waitsForOther = message.state === "waiting" && heldBehind(message, thread.pending);
    return pendingView(message, { me, peerRole: peer?.role ?? null, waitsForOther, in: this.conversation }, { retry, takeBack, discard });
  }

  #isMine(record: ThreadRecord): boolean {
    const { role, participants } = this.conversation;
    return role !== null && record.kind === "message" && participants?.[role].userId === record.sender.userId;
  }

  /** The button that had the focus goes with the message. */
  #discard(clientId: string): void {
    this.conversation.discard(clientId);
    this.dispatchEvent(new CustomEvent("discarded"));
  }

  #takeBack(clientId: string): void {
    this.conversation.takeBack(clientId);
    this.dispatchEvent(new CustomEvent("discarded"));
  }

  /** The button that had the focus goes. */
  readonly #toEnd = (): void => {
    this.#place.toEnd();
    this.scroller?.focus({ preventScroll: true });
  };

  /** A browser would go to where it thinks that the list ends, and slowly. */
  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "End") this.#place.toEnd();
    else if (event.key === "Home") this.#place.toTop();
    else return;
    event.preventDefault();
    this.#loadAtTop();
  }

  #onScroll(): void {
    this.#place.scrolled();
    if (!this.#part.covers()) this.requestUpdate();
    this.#loadAtTop();
  }

  #loadAtTop(): void {
    // What failed is asked for again by its reader only, and nobody asks who has not scrolled.
    if (this.conversation.earlierFailed || !this.#place.moved) return;
    if (this.scroller !== null && this.scroller.scrollTop < NEAR_TOP_PX) void this.conversation.loadEarlier();
  }
}

interface Drawing {
  now: Date;
  firstUnread: Seq | null;
  unreadEarlier: boolean;
  /** How far the other side has read; -1: not at all. */
  readTo: Seq;
  /** The newest of one's own messages up to there. */
  seen: Seq | null;
  seenAt: Timestamp | null;
}

function heldBehind(item: Pending, pending: readonly Pending[]): boolean {
  return pending.slice(0, pending.indexOf(item)).some((earlier) => earlier.holds);
}

/** A message keeps its place, and is announced once, when it turns from pending into a record. */
function keyOf(item: ThreadRecord | Pending): string | number {
  return "clientId" in item ? item.clientId : item.seq;
}

/** How many elements it takes, roughly. */
function costOf(item: ThreadRecord | Pending, query: string): number {
  if (!("kind" in item)) return MESSAGE_COST + FILE_COST * item.files.length;
  if (item.kind !== "message") return FACT_COST;
  return MESSAGE_COST + FILE_COST * item.attachments.length + piecesOf(item, query).length;
}
