/** The case in short: its reference, who is on it, whether it is open; and ways to keep a copy of the conversation. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Conversation } from "../client/conversation.ts";
import type { ExportFormat, Role } from "../client/wire.ts";
import { say, type Key } from "../language/language.ts";
import { linkTo } from "../route.ts";
import { explainUnexported } from "./explain.ts";
import { save } from "./save.ts";
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

  @property({ attribute: false }) conversation!: Conversation;

  /** What became of the last download; null before there was one. */
  @state() private outcome: Key | null = null;

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
        ${this.#download("transcript", say("overview.export"))} ${this.#download("fhir", say("overview.export.fhir"))}
        <p class="quiet-text" role="status">${this.outcome === null ? nothing : say(this.outcome)}</p>
      </section>
    `;
  }

  #download(format: ExportFormat, words: string): TemplateResult {
    return html`<button class="text" aria-disabled=${this.outcome === "overview.exporting"} @click=${() => void this.#export(format)}>${words}</button>`;
  }

  async #export(format: ExportFormat): Promise<void> {
    if (this.outcome === "overview.exporting") return;
    this.outcome = "overview.exporting";
    try {
      save(await this.conversation.exportLink(format));
      this.outcome = "overview.exported";
    } catch (error) {
      this.outcome = explainUnexported(error);
    }
  }

  #participant(role: Role): TemplateResult {
    const { participants, role: mine } = this.conversation;
    return html`<div>
      <dt>${roleName(role)}</dt>
      <dd><bdi>${participants?.[role].name}</bdi> ${role === mine ? html`<span class="you">${say("overview.you")}</span>` : nothing}</dd>
    </div>`;
  }
}
