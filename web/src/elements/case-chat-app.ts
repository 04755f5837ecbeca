/**
 * The shell: signed out or in, list and case side by side or one at a time. Owns the headless client's life, which is
 * that of the session, and the route; the parts of the page get both as properties.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { createClient, type Client, type UnsentByCase } from "../client/client.ts";
import type { Config } from "../config.ts";
import { parseRoute, type Route } from "../route.ts";
import type { Session } from "../session.ts";
import { watchPage } from "../wake.ts";
import { appStyles } from "./case-chat-app.styles.ts";
import { isExcluded } from "./explain.ts";
import { panel, troublePanel } from "./panel.ts";
import { Watch } from "./watch.ts";
import { CaseInbox } from "./case-inbox.ts";
import { CasePage } from "./case-page.ts";
import "./connection-notice.ts";

@customElement("case-chat-app")
export class CaseChatApp extends LitElement {
  static override styles = appStyles;

  @property({ attribute: false }) config: Config | null = null;
  @property({ attribute: false }) session: Session<UnsentByCase> | null = null;
  /** The page could not be set up at all. */
  @property({ attribute: false }) broken = false;
  @state() private route = parseRoute(location.hash);

  #client: Client | null = null;
  #stopWatching: (() => void) | null = null;
  #leaving = false;
  @query("case-page") private casePage!: CasePage | null;
  @query("case-inbox") private inbox!: CaseInbox | null;

  constructor() {
    super();
    new Watch(this, () => [this.session, this.#client?.cases ?? null]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#readRoute);
    addEventListener("beforeunload", this.#ask);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#readRoute);
    removeEventListener("beforeunload", this.#ask);
    this.#stop();
  }

  /** Whoever leaves with something unsent is asked, but for the way to the sign-in page, which takes it along. */
  readonly #ask = (event: BeforeUnloadEvent) => {
    if (!this.#leaving && this.#client?.unsent()) event.preventDefault();
  };

  readonly #readRoute = () => (this.route = parseRoute(location.hash));

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Coming back from the sign-in page restores the address without an event.
    if (changed.has("session")) this.#readRoute();
    const state = this.session?.state;
    if (state === "signedIn") this.#start();
    else this.#stop();
    // What was on screen stays there for someone whose session ran out; at sign-out it goes.
    if (state !== "signedIn" && state !== "ended") this.#client = null;
  }

  #start(): void {
    if (this.#client !== null || this.config === null || this.session === null) return;
    const { http, websocket } = this.config;
    this.#client = createClient({ http, websocket, getToken: this.session.token, onRejected: this.session.reject });
    if (this.session.carried !== null) this.#client.restore(this.session.carried);
    this.session.carried = null;
    this.#client.start();
    this.#stopWatching = watchPage(this.#client);
  }

  #stop(): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#client?.stop();
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { caseId } = this.route;
    const peer = caseId === null ? undefined : this.#client?.cases.find(caseId)?.peer;
    document.title = peer === undefined ? "Case chat" : `${peer.name} · Case chat`;
    // The route is private, so that its name is not one of `this`'s known keys.
    const before = (changed as Map<PropertyKey, unknown>).get("route") as Route | undefined;
    // The first page has the focus where the browser puts it.
    if (this.#client === null || before === undefined || before.caseId === caseId) return;
    if (caseId !== null) void this.casePage?.focusHeading();
    else if (before.caseId !== null) void this.inbox?.focusRow(before.caseId);
  }

  protected override render(): TemplateResult {
    const client = this.#client;
    if (client === null) return html`${this.#header()} <main class="alone">${this.#welcome()}</main>`;
    if (isExcluded(client.cases.trouble)) {
      return html`${this.#header()} <main class="alone">${troublePanel(client.cases.trouble)}</main>`;
    }
    return html`${this.#header()} ${this.#cases(client)}`;
  }

  readonly #signOut = () => void this.session?.signOut();

  readonly #signInAgain = () => {
    this.#leaving = true;
    const failed = () => (this.#leaving = false);
    this.session?.signIn(this.#client?.unsent() ?? null).catch(failed);
  };

  #header(): TemplateResult {
    return html`
      <header class=${this.route.caseId === null ? "at-list" : "at-case"}>
        <a class="name" href="#/">Case chat</a>
        ${this.#client === null ? nothing : html`<button class="quiet small" @click=${this.#signOut}>Sign out</button>`}
      </header>
    `;
  }

  #welcome(): TemplateResult {
    if (this.broken) {
      const run = () => location.reload();
      return panel({ title: "This page could not start", text: "Please check your internet connection.", action: { label: "Try again", run } });
    }
    if (this.session === null) return html`<p class="panel" role="status">One moment…</p>`;
    const run = () => void this.session?.signIn().catch(() => (this.broken = true));
    const action = { label: "Sign in", run };
    return this.session.state === "failed"
      ? panel({ title: "Signing in did not work", text: "Nothing is lost. Please try again.", action })
      : panel({ title: "Your case, in conversation", text: "Write with the other person on your case. Only the two of you can read it.", action });
  }

  #cases(client: Client): TemplateResult {
    const { caseId, tab } = this.route;
    return html`
      ${this.session?.state === "ended" ? this.#endedNotice() : html`<connection-notice .client=${client}></connection-notice>`}
      <div class="columns ${caseId === null ? "at-list" : "at-case"}">
        <nav aria-label="Cases"><case-inbox .client=${client} .chosen=${caseId}></case-inbox></nav>
        <main>
          ${caseId === null
            ? client.cases.all.length === 0
              ? nothing
              : panel({ title: "Choose a case", text: "Your conversation opens here." })
            : keyed(caseId, html`<case-page .client=${client} .caseId=${caseId} .tab=${tab} @sign-out=${this.#signOut}></case-page>`)}
        </main>
      </div>
    `;
  }

  #endedNotice(): TemplateResult {
    return html`
      <div class="ended" role="alert">
        <p>You were signed out to keep your messages safe. Sign in again to go on.</p>
        <button class="small" @click=${this.#signInAgain}>Sign in</button>
      </div>
    `;
  }
}
