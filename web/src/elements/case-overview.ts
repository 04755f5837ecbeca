/** The case in short: its reference, who is on it, and whether it is open. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import type { Conversation } from "../client/conversation.ts";
import type { Role } from "../client/wire.ts";
import { say } from "../language/language.ts";
import { linkTo } from "../route.ts";
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

      section {
        display: grid;
        justify-items: start;
        gap: var(--space-2);
        max-inline-size: var(--measure);
        padding: 0 var(--space-4) var(--space-5);
      }

      h2 {
        font-size: var(--text-m);
      }

      .you {
        color: var(--ink-quiet);
        font-weight: normal;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) conversation!: Conversation;

  constructor() {
    super();
    new Watch(this, () => [this.conversation]);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { latest } = this.conversation;
    if (latest === null) return nothing;
    const status = say(`overview.${latest.status}`);
    return html`
      <dl>
        <div><dt>${say("overview.reference")}</dt><dd><bdi>${latest.reference}</bdi></dd></div>
        <div><dt>${say("overview.status")}</dt><dd>${status}</dd></div>
        ${this.#participant("requester")} ${this.#participant("provider")}
      </dl>
      <section>
        <h2>${say("overview.keep")}</h2>
        <p class="quiet-text">${say("overview.keep.text")}</p>
        <a href=${linkTo(this.conversation.caseId, "print")}>${say("overview.print")}</a>
      </section>
    `;
  }

  #participant(role: Role): TemplateResult {
    const { participants, role: mine } = this.conversation;
    return html`<div>
      <dt>${roleName(role)}</dt>
      <dd><bdi>${participants?.[role].name}</bdi> ${role === mine ? html`<span class="you">${say("overview.you")}</span>` : nothing}</dd>
    </div>`;
  }
}
