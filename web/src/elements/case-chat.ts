/** The Chat tab: the thread, and beneath it either the composer or why one cannot write. */

import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Conversation } from "../client/conversation.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";
import "./chat-composer.ts";
import "./chat-thread.ts";

@customElement("case-chat")
export class CaseChat extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: minmax(0, 1fr) auto;
        block-size: 100%;
      }

      .closed {
        padding: var(--space-4);
        border-block-start: 1px solid var(--edge);
        background: var(--surface);
        color: var(--ink-quiet);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) conversation!: Conversation;

  constructor() {
    super();
    new Watch(this, () => [this.conversation]);
  }

  protected override render(): TemplateResult {
    return html`
      <chat-thread .conversation=${this.conversation}></chat-thread>
      ${this.conversation.status === "closed"
        ? html`<p class="closed">This case is closed, so no more messages can be sent. You can still read everything here.</p>`
        : html`<chat-composer .conversation=${this.conversation}></chat-composer>`}
    `;
  }
}
