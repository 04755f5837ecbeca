/**
 * `<case-inbox>`: the list of cases, whom one can write to, and how much of each waits to be read. Takes the client as its
 * property `client`, and says which case somebody chose by the client's `onOpenCase`. Draws `client.cases`.
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Client } from "../client/client.ts";
import type { CaseSummary } from "../client/wire.ts";
import { isolated, say } from "../language/language.ts";
import { badge } from "./badge.ts";
import { inboxStyles } from "./case-inbox.styles.ts";
import { panel, troublePanel } from "./panel.ts";
import { rowsToCome } from "./skeleton.ts";
import { Speaking } from "./speaking.ts";
import { Watch } from "./watch.ts";
import { entryHeading, fullTimeOf, roleName, shortTimeOf } from "./words.ts";

@customElement("case-inbox")
export class CaseInbox extends LitElement {
  static override styles = inboxStyles;

  @property({ attribute: false }) client: Client | null = null;
  /** The case on screen, if any. */
  @property() chosen: string | null = null;
  readonly #speaking = new Speaking(this);

  constructor() {
    super();
    new Watch(this, () => [this.client?.cases ?? null]);
  }

  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("h1")?.focus();
  }

  /** Back from a case, one goes on from its row. */
  async focusRow(caseId: string): Promise<void> {
    await this.updateComplete;
    for (const row of this.renderRoot.querySelectorAll<HTMLElement>(".row")) if (row.dataset["case"] === caseId) row.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { client } = this;
    if (client === null || !this.#speaking.ready) return nothing;
    return html`
      <h1 tabindex="-1">${entryHeading(client.cases.role)}</h1>
      <slot></slot>
      ${client.cases.loaded ? this.#lists(client) : this.#beforeLoaded(client)}
    `;
  }

  #beforeLoaded({ cases }: Client): TemplateResult {
    if (cases.trouble !== null) return troublePanel(cases.trouble, () => void cases.load());
    return rowsToCome(say("inbox.loading"));
  }

  #lists(client: Client): TemplateResult {
    const { all } = client.cases;
    if (all.length === 0) return panel({ title: say("inbox.empty.title"), text: say("inbox.empty.text") });
    const open = all.filter((summary) => summary.status === "open");
    const closed = all.filter((summary) => summary.status === "closed");
    const list = (summaries: readonly CaseSummary[], label: string) => html`<ul aria-label=${label}>
      ${repeat(summaries, ({ caseId }) => caseId, (summary) => html`<li>${this.#row(client, summary)}</li>`)}
    </ul>`;
    return html`
      ${open.length === 0 ? html`<p class="quiet-text pad">${say("inbox.none.open")}</p>` : list(open, say("inbox.open"))}
      ${closed.length === 0 ? nothing : html`<h2>${say("inbox.closed")}</h2>${list(closed, say("inbox.closed"))}`}
    `;
  }

  /** A link where the page has addresses for its cases. */
  #row({ hrefOf, onOpenCase }: Client, summary: CaseSummary): TemplateResult {
    const { caseId, unread } = summary;
    const look = unread > 0 ? "row unread" : "row";
    const current = this.chosen === caseId ? "page" : nothing;
    const open = (event: MouseEvent) => {
      // Whoever wants it in a window of its own, gets that.
      if (onOpenCase === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      onOpenCase(caseId);
    };
    return hrefOf === undefined
      ? html`<button class=${look} data-case=${caseId} aria-current=${current} @click=${open}>${content(summary)}</button>`
      : html`<a class=${look} data-case=${caseId} href=${hrefOf(caseId)} aria-current=${current} @click=${open}>${content(summary)}</a>`;
  }
}

function content(summary: CaseSummary): TemplateResult {
  const { peer, reference, lastActivityAt, unread } = summary;
  return html`
    <span class="who"><bdi class="peer clamp">${peer.name}</bdi> <span class="role">${roleName(peer.role)}</span></span>
    <time datetime=${lastActivityAt} title=${fullTimeOf(lastActivityAt)}>${shortTimeOf(lastActivityAt)}</time>
    <span class="reference">${say("inbox.reference", { reference: isolated(reference) })}</span>
    <span class="preview" dir="auto">${previewOf(summary)}</span>
    ${badge(unread)}
  `;
}

function previewOf({ preview, role, head }: CaseSummary): string {
  if (preview === null) return say(head === 0 ? "inbox.preview.none" : "inbox.preview.nothing.new");
  const text = preview.text === "" ? say("inbox.preview.files") : preview.text;
  return preview.senderRole === role ? say("inbox.preview.mine", { text: isolated(text) }) : text;
}
