/** Says that a conversation is not what it was, where that begins, and what to do. Nothing while all of it holds. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Tampering } from "../client/chain.ts";
import type { Conversation } from "../client/conversation.ts";
import { say } from "../language/language.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";
import { fullTimeOf } from "./words.ts";

@customElement("tamper-alert")
export class TamperAlert extends LitElement {
  static override styles = [
    shared,
    css`
      .alert {
        display: grid;
        gap: var(--space-1);
        max-block-size: 50dvh;
        overflow-y: auto;
        padding: var(--space-3) var(--space-4);
        border-block-end: 1px solid var(--alarm);
        background: var(--alarm-ground);
        color: var(--alarm);
      }

      @media print {
        .alert {
          max-block-size: none;
        }
      }

      h2,
      .alert p {
        max-inline-size: 60rem;
      }

      h2 {
        font-size: var(--text-m);
        font-weight: var(--strong);
      }

      .what {
        color: var(--ink);
        font-size: var(--text-s);
      }
    `,
  ];

  @property({ attribute: false }) conversation!: Conversation;

  constructor() {
    super();
    new Watch(this, () => [this.conversation]);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { tampered } = this.conversation;
    return tampered === null ? nothing : this.#alert(tampered);
  }

  #alert(tampered: Tampering): TemplateResult {
    const { what, seq } = tampered;
    return html`<div class="alert" role="alert">
      <h2>${say("tampered.title")}</h2>
      <p>${say("tampered.text")}</p>
      <p class="what">${say(`tampered.${what}`)} ${this.#where(tampered)} ${say(`tampered.clinic.${what}`, { seq })}</p>
    </div>`;
  }

  #where({ what, seq }: Tampering): string {
    const { records } = this.conversation.thread;
    if (records.length === 0) return say("tampered.where.none");
    // What was replaced may have been so for long.
    if (what === "rewritten") return say("tampered.where.more");
    const before = records.findLast((record) => record.seq < seq);
    return before === undefined ? say("tampered.where.before") : say("tampered.where.after", { time: fullTimeOf(before.sentAt) });
  }
}
