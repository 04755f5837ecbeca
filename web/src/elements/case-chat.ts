/** The Chat tab: the thread, and beneath it either the composer or why one cannot write. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Conversation } from "../client/conversation.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";
import "./chat-composer.ts";
import "./chat-thread.ts";
import "./unsent-text.ts";

@customElement("case-chat")
export class CaseChat extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
        block-size: 100%;
      }

      .foot {
        border-block-start: 1px solid var(--edge);
        background: var(--surface);
      }

      .closed {
        padding: var(--space-4);
        color: var(--ink-quiet);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) conversation!: Conversation;
  @query("chat-composer") private composer!: HTMLElement | null;
  @query("unsent-text") private unsent!: HTMLElement | null;
  @query(".closed") private note!: HTMLElement | null;
  #hadComposer = false;

  constructor() {
    super();
    new Watch(this, () => [this.conversation]);
  }

  protected override willUpdate(): void {
    this.#hadComposer = this.shadowRoot?.activeElement?.localName === "chat-composer";
  }

  /** Whoever was writing when the case closed is led to what became of it, rather than to nowhere. */
  protected override updated(): void {
    if (this.#hadComposer && this.composer === null) (this.unsent ?? this.note)?.focus();
  }

  protected override render(): TemplateResult {
    const toComposer = () => (this.composer ?? this.note)?.focus();
    return html`
      <chat-thread .conversation=${this.conversation} @discarded=${toComposer}></chat-thread>
      <div class="foot">
        <p class="closed" role="status" tabindex="-1" ?hidden=${!this.#closed}>
          ${this.#closed ? "This case is closed, so no more messages can be sent. You can still read everything here." : nothing}
        </p>
        ${this.#closed ? this.#unsentDraft() : html`<chat-composer .conversation=${this.conversation}></chat-composer>`}
      </div>
    `;
  }

  get #closed(): boolean {
    return this.conversation.status === "closed";
  }

  #unsentDraft(): TemplateResult | typeof nothing {
    const { draft } = this.conversation;
    if (draft.trim() === "") return nothing;
    const discard = () => {
      this.conversation.clearDraft();
      this.note?.focus();
    };
    return html`<unsent-text .text=${draft} @discard=${discard}></unsent-text>`;
  }
}
