/** Says that a conversation is not what it was, where that begins, and what to do. Nothing while all of it holds. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Tampering } from "../client/chain.ts";
import type { Conversation } from "../client/conversation.ts";
import type { Seq } from "../client/wire.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";
import { fullTimeOf } from "./words.ts";

const SENTENCES: Record<Tampering["what"], string> = {
  altered: "A part of it was changed after it was sent, and is not shown.",
  rewritten: "A part of it was replaced by something else.",
  cut: "A part of it was there before, and has been removed.",
};

/** The same for whoever looks into it. */
const WORDS: Record<Tampering["what"], (seq: Seq) => string> = {
  altered: (seq) => `entry ${seq} was changed`,
  rewritten: (seq) => `entry ${seq} or an earlier one was replaced`,
  cut: (seq) => `removed from entry ${seq} on`,
};

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

      h3,
      .alert p {
        max-inline-size: 60rem;
      }

      h3 {
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
      <h3>This conversation is not what it was</h3>
      <p>Please do not rely on it, and tell the clinic.</p>
      <p class="what">${SENTENCES[what]} ${this.#where(tampered)} For the clinic: ${WORDS[what](seq)}.</p>
    </div>`;
  }

  #where({ what, seq }: Tampering): string {
    const { records } = this.conversation.thread;
    if (records.length === 0) return "None of it can be shown.";
    // What was replaced may have been so for long.
    if (what === "rewritten") return "It may be more than one part.";
    const before = records.findLast((record) => record.seq < seq);
    return before === undefined ? "It comes before what you see here." : `It comes after what was sent on ${fullTimeOf(before.sentAt)}.`;
  }
}
