/**
 * The conversation on screen. Draws the thread's records and pending messages, and what stands between them; where one
 * reads is `KeepPlace`'s, and whether the newest is in front of somebody, `InFront`'s.
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Conversation } from "../client/conversation.ts";
import type { Pending } from "../client/thread.ts";
import type { Seq, ThreadRecord, Timestamp } from "../client/wire.ts";
import { threadStyles } from "./chat-thread.styles.ts";
import { InFront } from "./in-front.ts";
import { KeepPlace } from "./keep-place.ts";
import { factView, messageView, pendingView } from "./message.ts";
import { Midnight } from "./midnight.ts";
import { dayLine, newLine, seenLine } from "./thread-lines.ts";
import { typingHint } from "./typing-hint.ts";
import { Watch } from "./watch.ts";
import { beginsDay } from "./words.ts";

/** So near the top, the page before is fetched without being asked for. */
const NEAR_TOP_PX = 160;

@customElement("chat-thread")
export class ChatThread extends LitElement {
  static override styles = threadStyles;

  @property({ attribute: false }) conversation!: Conversation;
  @query(".scroller") private scroller!: HTMLElement | null;
  @query(".new") private divider!: HTMLElement | null;
  @query(".end") private end!: HTMLElement | null;
  readonly #place = new KeepPlace(this, {
    scroller: () => this.scroller,
    items: () => this.renderRoot.querySelectorAll<HTMLElement>("article, .fact"),
    start: () => this.divider,
    startKey: () => this.conversation.firstUnread,
    mine: () => this.conversation.thread.pending.at(-1)?.clientId,
  });

  constructor() {
    super();
    new Watch(this, () => [this.conversation]);
    new Midnight(this);
    // After KeepPlace: what it scrolls away from was not seen.
    new InFront(this, {
      scroller: () => this.scroller,
      end: () => this.end,
      seen: ({ dataset }) => this.conversation.reached(Number(dataset["seq"])),
    });
  }

  protected override render(): TemplateResult {
    const { thread, loadingEarlier, peer, peerTyping, status, tampered } = this.conversation;
    const drawing = this.#drawing();
    const failed = thread.pending.some(({ state }) => state === "failed");
    const empty = !thread.hasEarlier && thread.pending.length === 0 && thread.records.every(({ kind }) => kind !== "message");
    return html`
      <div class="scroller" tabindex="0" role="group" aria-label="Conversation" @scroll=${this.#onScroll}>
        ${thread.hasEarlier ? this.#earlier(loadingEarlier) : nothing}
        <div class="log" role="log" aria-label="Messages" aria-busy=${loadingEarlier}>
          ${repeat([...thread.records, ...thread.pending], keyOf, (item, index) => this.#item(item, index, drawing))}
        </div>
        ${empty && status === "open" && tampered === null ? html`<p class="empty">No messages yet. Write the first one below.</p>` : nothing}
      </div>
      ${typingHint(peerTyping && peer !== null ? peer.name : null)}
      ${failed ? html`<p class="unseen" role="alert">Something that you wrote was not sent.</p>` : nothing}
      ${this.#place.atEnd ? nothing : html`<button class="to-end small" @click=${this.#toEnd}>Go to the newest</button>`}
    `;
  }

  #earlier(loading: boolean): TemplateResult {
    const load = () => void this.conversation.loadEarlier();
    const failed = this.conversation.earlierFailed;
    return html`<div class="earlier">
      <p class="quiet-text" role="alert" ?hidden=${!failed}>${failed ? "Earlier messages could not be loaded." : nothing}</p>
      <button class="quiet small" aria-disabled=${loading} @click=${load}>
        ${loading ? "Loading earlier messages…" : failed ? "Try again" : "Show earlier messages"}
      </button>
    </div>`;
  }

  /** What all items of one drawing have in common. */
  #drawing(): Drawing {
    const { thread, firstUnread, peerRead } = this.conversation;
    const readTo = peerRead?.seq ?? -1;
    const seen = thread.records.findLast((record) => record.seq <= readTo && this.#isMine(record));
    return { now: new Date(), firstUnread, readTo, seen: seen?.seq ?? null, seenAt: peerRead?.at ?? null };
  }

  #item(item: ThreadRecord | Pending, index: number, drawing: Drawing): TemplateResult {
    if (!("kind" in item)) return this.#pending(item);
    const before = this.conversation.thread.records[index - 1];
    const begins = beginsDay(item.sentAt, before?.sentAt);
    const isNew = item.seq === drawing.firstUnread;
    return html`
      ${begins ? dayLine(item.sentAt, drawing.now) : nothing}${isNew ? newLine() : nothing}
      ${this.#record(item, before, drawing, begins || isNew)}
      ${item.seq === drawing.seen ? seenLine(drawing.seenAt) : nothing}
      ${item === this.conversation.latest ? html`<span class="end" data-seq=${item.seq}></span>` : nothing}
    `;
  }

  #record(record: ThreadRecord, before: ThreadRecord | undefined, { readTo }: Drawing, apart: boolean): TemplateResult {
    if (record.kind !== "message") return factView(record, before);
    const mine = this.#isMine(record);
    const follows = !apart && before?.kind === "message" && before.sender.userId === record.sender.userId;
    return messageView(record, { mine, follows, unseen: mine && record.seq > readTo, in: this.conversation });
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

  #onScroll(): void {
    this.#place.scrolled();
    // What failed is asked for again by its reader only.
    if (this.conversation.earlierFailed) return;
    if (this.scroller !== null && this.scroller.scrollTop < NEAR_TOP_PX) void this.conversation.loadEarlier();
  }
}

interface Drawing {
  now: Date;
  firstUnread: Seq | null;
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
