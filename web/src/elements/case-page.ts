/**
 * One case of the portal: whom it is with, and the tabs Overview and Chat. Owns the choice of tab by keyboard, not its
 * address. Fires `sign-out`.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import type { Conversation } from "../client/conversation.ts";
import type { Sender } from "../client/wire.ts";
import { isolated, say } from "../language/language.ts";
import { parts } from "../parts.ts";
import { linkTo, type CaseTab } from "../route.ts";
import { badge } from "./badge.ts";
import type { CaseChat } from "./case-chat.ts";
import { pageStyles } from "./case-page.styles.ts";
import { SEARCH_ICON } from "./icons.ts";
import { isShortcut } from "./keys.ts";
import { Watch } from "./watch.ts";
import { roleName } from "./words.ts";
import "./away-row.ts";
import "./case-chat.ts";
import "./settings-link.ts";

const TABS: readonly CaseTab[] = ["overview", "chat"];

@customElement("case-page")
export class CasePage extends LitElement {
  static override styles = pageStyles;

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) caseId!: string;
  @property({ attribute: false }) tab: CaseTab = "chat";
  @query("[aria-selected=true]") private selectedTab!: HTMLElement;
  @query("case-chat") private chat!: CaseChat | null;

  constructor() {
    super();
    new Watch(this, () => [this.#conversation, this.client.cases]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#onPrint);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#onPrint);
  }

  /** What is on screen is a part of the conversation: all of it has a page of its own, from which it is printed. */
  readonly #onPrint = (event: KeyboardEvent) => {
    if (!isShortcut(event, "p")) return;
    event.preventDefault();
    location.hash = linkTo(this.caseId, "print");
  };

  protected override updated(changed: PropertyValues<this>): void {
    // The chat reads for itself.
    if ((changed.has("caseId") || changed.has("tab")) && this.tab === "overview") void this.#conversation.sync();
  }

  get #conversation(): Conversation {
    return this.client.conversation(this.caseId);
  }

  protected override render(): TemplateResult {
    const { thread, trouble } = this.#conversation;
    const back = html`<away-row .client=${this.client} @sign-out=${() => this.dispatchEvent(new CustomEvent("sign-out"))}>
      <settings-link></settings-link>
    </away-row>`;
    if (!thread.loaded && trouble !== null) {
      return html`<div class="top">${back}<h1 class="unseen" tabindex="-1">${say("case.unknown")}</h1></div> ${this.#content("chat")}`;
    }
    const search = this.tab === "chat" && thread.loaded;
    return html`
      <header>
        ${back} ${this.#heading()}
        <div class="ways">
          ${search ? this.#searchButton() : nothing}
          <div role="tablist" aria-label=${say("case.tabs")} @keydown=${this.#onKey}>${TABS.map((id) => this.#tab(id))}</div>
        </div>
      </header>
      ${TABS.map((id) => this.#panel(id))}
    `;
  }

  /** For whoever comes to this case by a link: where one is, is read out. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("h1")?.focus();
  }

  #heading(): TemplateResult {
    const listed = this.client.cases.find(this.caseId);
    const peer: Sender | null = this.#conversation.peer ?? listed?.peer ?? null;
    // As high as it will be.
    if (peer === null) return html`<div class="about"><h1 tabindex="-1">${say("case.unknown")}</h1><p class="quiet-text">\u00a0</p></div>`;
    const reference = this.#conversation.latest?.reference ?? listed?.reference ?? "";
    return html`
      <div class="about">
        <h1 tabindex="-1"><bdi class="clamp">${peer.name}</bdi> <span class="role">${roleName(peer.role)}</span></h1>
        <p class="quiet-text clamp">${say("inbox.reference", { reference: isolated(reference) })}</p>
      </div>
    `;
  }

  #searchButton(): TemplateResult {
    const words = say("search.open");
    return html`<button class="icon" aria-label=${words} title=${words} @click=${() => this.chat?.search()}>${SEARCH_ICON}</button>`;
  }

  #tab(id: CaseTab): TemplateResult {
    const selected = this.tab === id;
    return html`<button
      role="tab"
      id="tab-${id}"
      aria-controls="panel-${id}"
      aria-selected=${selected}
      tabindex=${selected ? 0 : -1}
      @click=${() => this.#choose(id)}
    >
      ${say(`case.${id}`)} ${id === "chat" ? badge(this.client.cases.find(this.caseId)?.unread ?? 0) : nothing}
    </button>`;
  }

  #panel(id: CaseTab): TemplateResult {
    return html`<div role="tabpanel" id="panel-${id}" aria-labelledby="tab-${id}" ?hidden=${this.tab !== id}>
      ${this.tab === id ? this.#content(id) : nothing}
    </div>`;
  }

  #content(id: CaseTab): TemplateResult {
    if (id === "chat") return html`<case-chat .client=${this.client} case-id=${this.caseId}></case-chat>`;
    void parts.load(() => import("./case-overview.ts"));
    return html`<case-overview .conversation=${this.#conversation}></case-overview>`;
  }

  /** The two tabs are one place in the history: "back" leaves the case. */
  #choose(tab: CaseTab): void {
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
