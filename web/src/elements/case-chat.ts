/**
 * `<case-chat>`: the conversation of one case, to read and to write. Takes the client as its property `client` and the case
 * as `case-id`. Draws what is wrong with the thread, the thread, and beneath it either the composer or why one cannot write.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { Client } from "../client/client.ts";
import type { Conversation } from "../client/conversation.ts";
import { isFinal } from "../client/failure.ts";
import { say } from "../language/language.ts";
import { parts } from "../parts.ts";
import { chatStyles } from "./case-chat.styles.ts";
import type { ChatComposer } from "./chat-composer.ts";
import { focused, isShortcut } from "./keys.ts";
import { troublePanel } from "./panel.ts";
import { Search } from "./search.ts";
import { messagesToCome } from "./skeleton.ts";
import { Speaking } from "./speaking.ts";
import { Watch } from "./watch.ts";
import "./chat-composer.ts";
import "./chat-thread.ts";
import "./tamper-alert.ts";
import "./unsent-text.ts";

@customElement("case-chat")
export class CaseChat extends LitElement {
  static override styles = chatStyles;

  @property({ attribute: false }) client: Client | null = null;
  @property({ attribute: "case-id" }) caseId = "";
  /** Files are held above it. */
  @state() private dropping = false;
  /** What is searched for; null while nobody searches. */
  @state() private sought: Search | null = null;
  @query("thread-search") private searchBar!: HTMLElement | null;
  @query("chat-composer") private composer!: ChatComposer | null;
  @query("unsent-text") private unsent!: HTMLElement | null;
  @query(".stopped") private note!: HTMLElement | null;
  #conversation: Conversation | null = null;
  /** What had the focus before the search. */
  #searchedFrom: HTMLElement | null = null;
  #hadComposer = false;
  readonly #speaking = new Speaking(this);

  constructor() {
    super();
    new Watch(this, () => [this.#conversation]);
    this.addEventListener("dragover", this.#onDrag);
    this.addEventListener("dragleave", this.#onDrag);
    this.addEventListener("drop", this.#onDrop);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#lookAgain);
    addEventListener("keydown", this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#lookAgain);
    removeEventListener("keydown", this.#onKey);
    this.#endSearch();
  }

  /** Opens the search, as Ctrl + F does. */
  async search(): Promise<void> {
    const conversation = this.#conversation;
    if (conversation === null || !conversation.thread.loaded) return;
    const from = focused();
    if (!(await parts.load(() => import("./thread-search.ts")))) return;
    // By then another case may be on screen, or nothing.
    if (!this.isConnected || conversation !== this.#conversation) return;
    if (this.sought === null) this.#searchedFrom = from;
    this.sought ??= new Search(conversation);
    await this.updateComplete;
    this.searchBar?.focus();
  }

  #endSearch(): void {
    this.sought?.close();
    this.sought = null;
  }

  /** The browser's own search sees what is drawn only; asked for once more, it opens. */
  readonly #onKey = (event: KeyboardEvent) => {
    const open = this.sought !== null || parts.failed;
    if (!isShortcut(event, "f") || open || this.#conversation?.thread.loaded !== true || !this.checkVisibility()) return;
    event.preventDefault();
    void this.search();
  };

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("client") || changed.has("caseId")) {
      this.#endSearch();
      this.#conversation = this.caseId === "" ? null : (this.client?.open(this.caseId) ?? null);
    }
    this.#hadComposer = this.shadowRoot?.activeElement?.localName === "chat-composer";
  }

  /** Whoever was writing when that had to stop is led to what became of it, rather than to nowhere. */
  protected override updated(): void {
    if (this.#hadComposer && this.composer === null) (this.unsent ?? this.note)?.focus();
  }

  /** Back at a page that was out of view, one begins to read at what came meanwhile. */
  readonly #lookAgain = () => {
    const unread = this.client?.cases.find(this.caseId)?.unread ?? 0;
    if (document.visibilityState === "visible" && unread > 0) this.client?.open(this.caseId);
  };

  protected override render(): TemplateResult | typeof nothing {
    const conversation = this.#conversation;
    if (conversation === null || !this.#speaking.ready) return nothing;
    const { thread, trouble } = conversation;
    if (thread.loaded) return this.#chat(conversation);
    if (trouble === null) return messagesToCome(say("case.loading"));
    return html`<div>${troublePanel(trouble, () => void conversation.sync())} ${this.#unsent(conversation)}</div>`;
  }

  #chat(conversation: Conversation): TemplateResult {
    const toComposer = () => (this.composer ?? this.note)?.focus();
    const stopped = whyStopped(conversation);
    const closeSearch = () => {
      this.#endSearch();
      if (this.#searchedFrom?.isConnected === true) this.#searchedFrom.focus();
      else toComposer();
    };
    return html`
      <tamper-alert .conversation=${conversation}></tamper-alert>
      ${this.sought === null ? nothing : html`<thread-search .search=${this.sought} @close=${closeSearch}></thread-search>`}
      ${keyed(
        // Where one reads, and what was read out, is one conversation's.
        conversation,
        html`<chat-thread .conversation=${conversation} .search=${this.sought} @discarded=${toComposer}></chat-thread>`,
      )}
      <div class="foot">
        <p class="stopped" role="status" tabindex="-1" ?hidden=${stopped === null}>${stopped}</p>
        ${stopped !== null ? this.#unsentDraft(conversation) : html`<chat-composer .conversation=${conversation}></chat-composer>`}
      </div>
      ${this.dropping ? html`<p class="drop">${say("composer.drop")}</p>` : nothing}
    `;
  }

  #onDrag(event: DragEvent): void {
    const files = event.dataTransfer?.types.includes("Files") === true && this.composer !== null;
    // Over what stands inside, it is still above it.
    const left = event.type === "dragleave" && !(event.relatedTarget instanceof Node && this.contains(event.relatedTarget));
    this.dropping = files && !left;
    if (files) event.preventDefault();
  }

  #onDrop(event: DragEvent): void {
    this.dropping = false;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void this.composer?.attach(files);
  }

  /** Someone who was taken off the case still has what they had written. */
  #unsent(conversation: Conversation): TemplateResult | typeof nothing {
    const { unsentText, trouble } = conversation;
    // While the case may yet be reached, nothing is given up.
    if (unsentText === "" || !isFinal(trouble)) return nothing;
    return html`<unsent-text .text=${unsentText} @discard=${() => conversation.discardAll()}></unsent-text>`;
  }

  #unsentDraft({ unsentDraft, draft }: Conversation): TemplateResult | typeof nothing {
    if (unsentDraft === "") return nothing;
    const discard = () => {
      draft.clear();
      this.note?.focus();
    };
    return html`<unsent-text .text=${unsentDraft} @discard=${discard}></unsent-text>`;
  }
}

/** Why one cannot write; null when one can. */
function whyStopped({ tampered, status }: Conversation): string | null {
  if (tampered !== null) return say("composer.paused");
  return status === "closed" ? say("composer.closed") : null;
}
