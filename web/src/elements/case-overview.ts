/** The case in short: its reference, who is on it, and whether it is open. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Conversation } from "../client/conversation.ts";
import type { Role } from "../client/wire.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";
import { roleName } from "./words.ts";

@customElement("case-overview")
export class CaseOverview extends LitElement {
  static override styles = [
    shared,
    css`
      dl {
        display: grid;
        gap: var(--space-4);
        max-inline-size: var(--measure);
        padding: var(--space-5) var(--space-4);
        overflow-wrap: anywhere;
      }

      dt {
        color: var(--ink-quiet);
        font-size: var(--text-s);
      }

      dd {
        font-weight: var(--medium);
      }

      .you {
        color: var(--ink-quiet);
        font-weight: normal;
      }
    `,
  ];

  @property({ attribute: false }) conversation!: Conversation;

  constructor() {
    super();
    new Watch(this, () => [this.conversation]);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { latest } = this.conversation;
    if (latest === null) return nothing;
    const status = latest.status === "open" ? "Open: you can both write" : "Closed: you can read, but not write";
    return html`
      <dl>
        <div><dt>Case reference</dt><dd><bdi>${latest.reference}</bdi></dd></div>
        <div><dt>Status</dt><dd>${status}</dd></div>
        ${this.#participant("requester")} ${this.#participant("provider")}
      </dl>
    `;
  }

  #participant(role: Role): TemplateResult {
    const { participants, role: mine } = this.conversation;
    return html`<div>
      <dt>${roleName(role)}</dt>
      <dd><bdi>${participants?.[role].name}</bdi> ${role === mine ? html`<span class="you">(you)</span>` : nothing}</dd>
    </div>`;
  }
}
