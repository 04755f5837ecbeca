/** The Chat tab: what is wrong with the thread, the thread, and beneath it either the composer or why one cannot write. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Conversation } from "../client/conversation.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";
import type { ChatComposer } from "./chat-composer.ts";
import "./chat-composer.ts";
import "./chat-thread.ts";
import "./tamper-alert.ts";
import "./unsent-text.ts";

@customElement("case-chat")
export class CaseChat extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
        position: relative;
        block-size: 100%;
      }

      .drop {
        position: absolute;
        inset: var(--space-2);
        display: grid;
        place-items: center;
        border: 2px dashed var(--accent);
        border-radius: var(--radius-l);
        background: var(--surface);
        opacity: 95%;
        font-weight: var(--strong);
        pointer-events: none;
      }

      .foot {
        border-block-start: 1px solid var(--edge);
        background: var(--surface);
      }

      .stopped {
        padding: var(--space-4);
        color: var(--ink-quiet);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) conversation!: Conversation;
  /** Files are held above it. */
  @state() private dropping = false;
  @query("chat-composer") private composer!: ChatComposer | null;
  @query("unsent-text") private unsent!: HTMLElement | null;
  @query(".stopped") private note!: HTMLElement | null;
  #hadComposer = false;

  constructor() {
    super();
    new Watch(this, () => [this.conversation]);
    this.addEventListener("dragover", this.#onDrag);
    this.addEventListener("dragleave", this.#onDrag);
    this.addEventListener("drop", this.#onDrop);
  }

  protected override willUpdate(): void {
    this.#hadComposer = this.shadowRoot?.activeElement?.localName === "chat-composer";
  }

  /** Whoever was writing when that had to stop is led to what became of it, rather than to nowhere. */
  protected override updated(): void {
    if (this.#hadComposer && this.composer === null) (this.unsent ?? this.note)?.focus();
  }

  protected override render(): TemplateResult {
    const toComposer = () => (this.composer ?? this.note)?.focus();
    const stopped = this.#stopped;
    return html`
      <tamper-alert .conversation=${this.conversation}></tamper-alert>
      <chat-thread .conversation=${this.conversation} @discarded=${toComposer}></chat-thread>
      <div class="foot">
        <p class="stopped" role="status" tabindex="-1" ?hidden=${stopped === null}>${stopped}</p>
        ${stopped !== null ? this.#unsentDraft() : html`<chat-composer .conversation=${this.conversation}></chat-composer>`}
      </div>
      ${this.dropping ? html`<p class="drop">Drop files here to attach them</p>` : nothing}
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

  /** Why one cannot write here; null when one can. */
  get #stopped(): string | null {
    const { tampered, status } = this.conversation;
    if (tampered !== null) return "Sending is paused until this is cleared up. What you wrote is kept.";
    return status === "closed" ? "This case is closed, so no more messages can be sent. You can still read everything here." : null;
  }

  #unsentDraft(): TemplateResult | typeof nothing {
    const { unsentDraft } = this.conversation;
    if (unsentDraft === "") return nothing;
    const discard = () => {
      this.conversation.clearDraft();
      this.note?.focus();
    };
    return html`<unsent-text .text=${unsentDraft} @discard=${discard}></unsent-text>`;
  }
}
