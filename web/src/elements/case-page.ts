/** One case: whom it is with, and the tabs Overview and Chat. Owns the choice of tab by keyboard, not its address. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import type { Conversation } from "../client/conversation.ts";
import { isFinal } from "../client/failure.ts";
import type { Sender } from "../client/wire.ts";
import { linkTo, type Tab } from "../route.ts";
import { badge } from "./badge.ts";
import { pageStyles } from "./case-page.styles.ts";
import { troublePanel } from "./panel.ts";
import { Watch } from "./watch.ts";
import { roleName } from "./words.ts";
import "./away-row.ts";
import "./case-chat.ts";
import "./case-overview.ts";
import "./settings-link.ts";
import "./unsent-text.ts";

const TABS: readonly { id: Tab; label: string }[] = [
  { id: "overview", label: "Overview" },
  { id: "chat", label: "Chat" },
];

@customElement("case-page")
export class CasePage extends LitElement {
  static override styles = pageStyles;

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) caseId!: string;
  @property({ attribute: false }) tab: Tab = "chat";
  @query("[aria-selected=true]") private selectedTab!: HTMLElement;
  #conversation: Conversation | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.#conversation, this.client.cases]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#lookAgain);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#lookAgain);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isOther = changed.has("client") || changed.has("caseId");
    if (isOther || (changed.has("tab") && this.tab === "chat")) this.#conversation = this.client.open(this.caseId);
  }

  /** Back at a page that was out of view, one begins to read at what came meanwhile. */
  readonly #lookAgain = () => {
    if (document.visibilityState === "visible" && this.tab === "chat" && this.#unread > 0) this.client.open(this.caseId);
  };

  get #unread(): number {
    return this.client.cases.find(this.caseId)?.unread ?? 0;
  }

  protected override render(): TemplateResult {
    const conversation = this.#conversation;
    if (conversation === null) return html``;
    const { thread, trouble } = conversation;
    const back = html`<away-row .client=${this.client} @sign-out=${() => this.dispatchEvent(new CustomEvent("sign-out"))}>
      <settings-link></settings-link>
    </away-row>`;
    if (!thread.loaded && trouble !== null) {
      return html`<div>
        <div class="top">${back}</div>
        ${troublePanel(trouble, () => void conversation.sync())} ${this.#unsent(conversation)}
      </div>`;
    }
    return html`
      <header>
        ${back} ${this.#heading(conversation)}
        <div role="tablist" aria-label="Case" @keydown=${this.#onKey}>${TABS.map(({ id, label }) => this.#tab(id, label))}</div>
      </header>
      ${thread.loaded
        ? TABS.map(({ id }) => this.#panel(id, conversation))
        : html`<p class="quiet-text loading" role="status">Loading the conversation…</p>`}
    `;
  }

  /** For whoever comes to this case by a link: where one is, is read out. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("h2[tabindex]")?.focus();
  }

  /** Someone who was taken off the case still has what they had written. */
  #unsent(conversation: Conversation): TemplateResult | typeof nothing {
    const { unsentText, trouble } = conversation;
    // While the case may yet be reached, nothing is given up.
    if (unsentText === "" || !isFinal(trouble)) return nothing;
    return html`<unsent-text .text=${unsentText} @discard=${() => conversation.discardAll()}></unsent-text>`;
  }

  #heading(conversation: Conversation): TemplateResult {
    const peer = this.#peer(conversation);
    if (peer === null) return html`<h2 tabindex="-1">Case</h2>`;
    const reference = conversation.latest?.reference ?? this.client.cases.find(this.caseId)?.reference;
    return html`
      <div class="about">
        <h2 tabindex="-1"><bdi class="clamp">${peer.name}</bdi> <span class="role">${roleName(peer.role)}</span></h2>
        <p class="quiet-text clamp">Case <bdi>${reference}</bdi></p>
      </div>
    `;
  }

  #peer({ peer }: Conversation): Sender | null {
    return peer ?? this.client.cases.find(this.caseId)?.peer ?? null;
  }

  #tab(id: Tab, label: string): TemplateResult {
    const selected = this.tab === id;
    return html`<button
      role="tab"
      id="tab-${id}"
      aria-controls="panel-${id}"
      aria-selected=${selected}
      tabindex=${selected ? 0 : -1}
      @click=${() => this.#choose(id)}
    >
      ${label} ${id === "chat" ? badge(this.#unread) : nothing}
    </button>`;
  }

  #panel(id: Tab, conversation: Conversation): TemplateResult {
    const content =
      id === "chat"
        ? html`<case-chat .conversation=${conversation}></case-chat>`
        : html`<case-overview .conversation=${conversation}></case-overview>`;
    return html`<div role="tabpanel" id="panel-${id}" aria-labelledby="tab-${id}" ?hidden=${this.tab !== id}>
      ${this.tab === id ? content : nothing}
    </div>`;
  }

  /** The two tabs are one place in the history: "back" leaves the case. */
  #choose(tab: Tab): void {
    location.replace(linkTo(this.caseId, tab));
  }

  async #onKey(event: KeyboardEvent): Promise<void> {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    this.tab = this.tab === "chat" ? "overview" : "chat";
    this.#choose(this.tab);
    await this.updateComplete;
    this.selectedTab.focus();
  }
}
