/** The conversation on screen. Draws the thread's records and pending messages; where one reads is `KeepPlace`'s. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Conversation } from "../client/conversation.ts";
import type { Pending } from "../client/thread.ts";
import type { ThreadRecord } from "../client/wire.ts";
import { threadStyles } from "./chat-thread.styles.ts";
import { KeepPlace } from "./keep-place.ts";
import { factView, messageView, pendingView } from "./message.ts";
import { Watch } from "./watch.ts";

/** So near the top, the page before is fetched without being asked for. */
const NEAR_TOP_PX = 160;

@customElement("chat-thread")
export class ChatThread extends LitElement {
  static override styles = threadStyles;

  @property({ attribute: false }) conversation!: Conversation;
  @query(".scroller") private scroller!: HTMLElement | null;
  readonly #place = new KeepPlace(this, {
    scroller: () => this.scroller,
    first: () => this.conversation.thread.tail,
    mine: () => this.conversation.thread.pending.at(-1)?.clientId,
  });

  constructor() {
    super();
    new Watch(this, () => [this.conversation]);
  }

  protected override render(): TemplateResult {
    const { thread, loadingEarlier } = this.conversation;
    const failed = thread.pending.some(({ state }) => state === "failed");
    const empty = !thread.hasEarlier && thread.pending.length === 0 && thread.records.every(({ kind }) => kind !== "message");
    return html`
      <div class="scroller" tabindex="0" role="group" aria-label="Conversation" @scroll=${this.#onScroll}>
        ${thread.hasEarlier ? this.#earlier(loadingEarlier) : nothing}
        <div class="log" role="log" aria-label="Messages" aria-busy=${loadingEarlier}>
          ${repeat([...thread.records, ...thread.pending], keyOf, (item, index) => this.#item(item, index))}
        </div>
        ${empty && this.conversation.status === "open" ? html`<p class="empty">No messages yet. Write the first one below.</p>` : nothing}
      </div>
      ${failed ? html`<p class="unseen" role="alert">Something that you wrote was not sent.</p>` : nothing}
      ${this.#place.atEnd ? nothing : html`<button class="to-end small" @click=${() => this.#place.toEnd()}>Go to the newest</button>`}
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

  #item(item: ThreadRecord | Pending, index: number): TemplateResult {
    const { thread, participants, role, peer } = this.conversation;
    const before = thread.records[index - 1];
    if (!("kind" in item)) {
      const retry = () => this.conversation.retry(item.clientId);
      const discard = () => this.#discard(item.clientId);
      const me = role === null || participants === null ? null : { ...participants[role], role };
      const waitsForOther = item.state === "waiting" && heldBehind(item, thread.pending);
      return pendingView(item, { me, peerRole: peer?.role ?? null, waitsForOther }, { retry, discard });
    }
    if (item.kind !== "message") return factView(item, before);
    const mine = role !== null && participants?.[role].userId === item.sender.userId;
    const follows = before?.kind === "message" && before.sender.userId === item.sender.userId;
    return messageView(item, { mine, follows });
  }

  /** The button that had the focus goes with the message. */
  #discard(clientId: string): void {
    this.conversation.discard(clientId);
    this.dispatchEvent(new CustomEvent("discarded"));
  }

  #onScroll(): void {
    this.#place.scrolled();
    // What failed is asked for again by its reader only.
    if (this.conversation.earlierFailed) return;
    if (this.scroller !== null && this.scroller.scrollTop < NEAR_TOP_PX) void this.conversation.loadEarlier();
  }
}

function heldBehind(item: Pending, pending: readonly Pending[]): boolean {
  return pending.slice(0, pending.indexOf(item)).some((earlier) => earlier.holds);
}

/** A message keeps its place, and is announced once, when it turns from pending into a record. */
function keyOf(item: ThreadRecord | Pending): string | number {
  return "clientId" in item ? item.clientId : item.seq;
}
