/** The list of cases: whom one can write to, and how much of each waits to be read. Draws `client.cases`. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Client } from "../client/client.ts";
import type { CaseSummary } from "../client/wire.ts";
import { linkTo } from "../route.ts";
import { badge } from "./badge.ts";
import { inboxStyles } from "./case-inbox.styles.ts";
import { panel, troublePanel } from "./panel.ts";
import { Watch } from "./watch.ts";
import { entryHeading, FILES_ALONE, fullTimeOf, roleName, shortTimeOf } from "./words.ts";

@customElement("case-inbox")
export class CaseInbox extends LitElement {
  static override styles = inboxStyles;

  @property({ attribute: false }) client!: Client;
  /** The case on screen, if any. */
  @property({ attribute: false }) chosen: string | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.client.cases]);
  }

  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("h1")?.focus();
  }

  /** Back from a case, one goes on from its row. */
  async focusRow(caseId: string): Promise<void> {
    await this.updateComplete;
    const rows = this.renderRoot.querySelectorAll<HTMLElement>("li a");
    for (const row of rows) if (row.getAttribute("href") === linkTo(caseId)) row.focus();
  }

  protected override render(): TemplateResult {
    const { cases } = this.client;
    return html`
      <h1 tabindex="-1">${entryHeading(cases.role)}</h1>
      <slot></slot>
      ${cases.loaded ? this.#lists(cases.all) : this.#beforeLoaded()}
    `;
  }

  #beforeLoaded(): TemplateResult {
    const { cases } = this.client;
    if (cases.trouble !== null) return troublePanel(cases.trouble, () => void cases.load());
    return html`<p class="quiet-text pad" role="status">Loading your cases…</p>`;
  }

  #lists(all: readonly CaseSummary[]): TemplateResult {
    if (all.length === 0) {
      return panel({ title: "No cases yet", text: "When a case is opened for you, it appears here by itself." });
    }
    const open = all.filter((summary) => summary.status === "open");
    const closed = all.filter((summary) => summary.status === "closed");
    return html`
      ${open.length === 0 ? html`<p class="quiet-text pad">You have no open case.</p>` : this.#list(open, "Open cases")}
      ${closed.length === 0 ? nothing : html`<h2>Closed cases</h2>${this.#list(closed, "Closed cases")}`}
    `;
  }

  #list(summaries: readonly CaseSummary[], label: string): TemplateResult {
    return html`<ul aria-label=${label}>
      ${repeat(summaries, (summary) => summary.caseId, (summary) => this.#row(summary))}
    </ul>`;
  }

  #row(summary: CaseSummary): TemplateResult {
    const { caseId, peer, reference, lastActivityAt, unread } = summary;
    return html`
      <li>
        <a href=${linkTo(caseId)} class=${unread > 0 ? "unread" : ""} aria-current=${this.chosen === caseId ? "page" : nothing}>
          <span class="who"><bdi class="peer clamp">${peer.name}</bdi> <span class="role">${roleName(peer.role)}</span></span>
          <time datetime=${lastActivityAt} title=${fullTimeOf(lastActivityAt)}>${shortTimeOf(lastActivityAt)}</time>
          <span class="reference">Case <bdi>${reference}</bdi></span>
          <span class="preview" dir="auto">${previewOf(summary)}</span>
          ${badge(unread)}
        </a>
      </li>
    `;
  }
}

function previewOf({ preview, role, head }: CaseSummary): string {
  if (preview === null) return head === 0 ? "No messages yet" : "No new messages";
  const text = preview.text === "" ? FILES_ALONE : preview.text;
  return preview.senderRole === role ? `You: ${text}` : text;
}
