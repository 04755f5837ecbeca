/**
 * The shell: signed out or in, list and case side by side or one at a time. Owns the headless client's life, which is
 * that of the session, and the route; the parts of the page get both as properties.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { createClient } from "../browser-client.ts";
import type { Client } from "../client/client.ts";
import { identityOf } from "../client/token.ts";
import type { Config } from "../config.ts";
import { NoticeBoard } from "../notice-board.ts";
import { NoticePermission } from "../notice-permission.ts";
import { followClicks, Notices } from "../notices.ts";
import { language, say } from "../language/language.ts";
import { parts } from "../parts.ts";
import { linkTo, parseRoute, type Route } from "../route.ts";
import type { Session } from "../session.ts";
import { appStyles } from "./case-chat-app.styles.ts";
import { isExcluded } from "./explain.ts";
import { panel, troublePanel } from "./panel.ts";
import { Watch } from "./watch.ts";
import { titled } from "./words.ts";
import { CaseInbox } from "./case-inbox.ts";
import { CasePage } from "./case-page.ts";
import type { CaseTranscript } from "./case-transcript.ts";
import type { PreferencesPage } from "./preferences-page.ts";
import { SettingsLink } from "./settings-link.ts";
import "./connection-notice.ts";
import "./mail-alert.ts";
import "./news-notice.ts";
import "./notice-offer.ts";
import "./chat-badge.ts";

@customElement("case-chat-app")
export class CaseChatApp extends LitElement {
  static override styles = appStyles;

  @property({ attribute: false }) config: Config | null = null;
  @property({ attribute: false }) session: Session | null = null;
  /** The page could not be set up at all. */
  @property({ attribute: false }) broken = false;
  @state() private route = parseRoute(location.hash);
  /** The sign-in page could not be gone to. */
  @state() private unreachable = false;

  #client: Client | null = null;
  #notices: Notices | null = null;
  #stopFollowing: (() => void) | null = null;
  readonly #permission = new NoticePermission();
  readonly #board = new NoticeBoard();
  @query("case-page") private casePage!: CasePage | null;
  @query("case-inbox") private inbox!: CaseInbox | null;
  @query("preferences-page") private preferencesPage!: PreferencesPage | null;
  @query("case-transcript") private transcript!: CaseTranscript | null;
  @query("settings-link") private settingsLink!: SettingsLink | null;

  constructor() {
    super();
    new Watch(this, () => [this.session, this.#client?.cases ?? null, language, parts]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#readRoute);
    addEventListener("beforeunload", this.#ask);
    // A file that is dropped beside the conversation would take the page's place.
    addEventListener("dragover", keepPage);
    addEventListener("drop", keepPage);
    this.#stopFollowing = followClicks();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#readRoute);
    removeEventListener("beforeunload", this.#ask);
    removeEventListener("dragover", keepPage);
    removeEventListener("drop", keepPage);
    this.#stopFollowing?.();
    this.#stop();
  }

  /** Whoever leaves is asked only where the browser has not kept what they wrote. */
  readonly #ask = (event: BeforeUnloadEvent) => {
    if (this.#client?.atRisk()) event.preventDefault();
  };

  readonly #readRoute = () => (this.route = parseRoute(location.hash));

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Coming back from the sign-in page restores the address without an event.
    if (changed.has("session")) this.#readRoute();
    const state = this.session?.state;
    if (state === "signedIn") this.#start();
    else this.#stop();
    // What was on screen stays there for someone whose session ran out; at sign-out it goes.
    if (state === "signedIn" || state === "ended") return;
    // In another tab as well: what this one hung up since, it takes down itself.
    void this.#notices?.clear();
    this.#client?.abandon();
    this.#client = this.#notices = null;
  }

  #start(): void {
    const { config, session } = this;
    if (this.#client !== null || config === null || session === null) return;
    const { http, websocket, files } = config;
    this.#client = createClient({
      http,
      websocket,
      getToken: session.token,
      hrefOf: linkTo,
      onRejected: session.reject,
      ...(files && { files }),
    });
    this.#notices = new Notices({
      client: this.#client,
      owner: async () => identityOf(await session.token()).owner,
      permission: this.#permission,
      board: this.#board,
      route: () => this.route,
    });
    this.#client.start();
  }

  #stop(): void {
    this.#notices?.stop();
    this.#client?.stop();
  }

  protected override updated(changed: PropertyValues<this>): void {
    document.documentElement.lang = language.code;
    document.documentElement.dir = language.dir;
    const { caseId, preferences } = this.route;
    const cases = this.#client?.cases;
    const peer = caseId === null ? undefined : cases?.find(caseId)?.peer;
    const place = preferences && cases !== undefined ? say("settings.title") : peer?.name;
    document.title = titled(place === undefined ? say("app.name") : say("app.titled", { place }), cases?.totalUnread ?? 0);
    // The route is private, so that its name is not one of `this`'s known keys.
    const before = (changed as Map<PropertyKey, unknown>).get("route") as Route | undefined;
    // The first page has the focus where the browser puts it.
    if (this.#client === null || before === undefined) return;
    const printed = before.tab === "print" || this.route.tab === "print";
    if (before.caseId === caseId && before.preferences === preferences && !printed) return;
    if (this.route.tab === "print") return void customElements.whenDefined("case-transcript").then(() => this.transcript?.focusHeading());
    if (caseId !== null) void this.casePage?.focusHeading();
    else if (preferences) void customElements.whenDefined("preferences-page").then(() => this.preferencesPage?.focusHeading());
    else if (before.caseId !== null) void this.inbox?.focusRow(before.caseId);
    else this.settingsLink?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!language.ready) return nothing;
    const client = this.#client;
    if (client === null) return html`${this.#header()} <main class="alone">${this.#welcome()}</main>`;
    if (isExcluded(client.cases.trouble)) {
      return html`${this.#header()} <main class="alone">${troublePanel(client.cases.trouble, undefined, true)}</main>`;
    }
    const { caseId, tab } = this.route;
    if (caseId !== null && tab === "print") {
      void parts.load(() => import("./case-transcript.ts"));
      return html`
        <div>${this.#strips(client)}</div>
        <main class="transcript"><case-transcript .client=${client} case-id=${caseId}></case-transcript></main>
      `;
    }
    // In another language, everything is said anew.
    return html`${keyed(language.code, html`${this.#header()} ${this.#cases(client)}`)}`;
  }

  readonly #signOut = async () => {
    if ((await this.#client?.hasUnsent()) === true && !confirm(say("session.unsent"))) return;
    await this.#notices?.clear();
    await this.#client?.signOut();
    await this.session?.signOut();
  };

  /** What had the focus is gone: one goes on from the top of where one is. */
  readonly #toHeading = () => void (this.casePage ?? this.preferencesPage ?? this.inbox)?.focusHeading();

  readonly #signInAgain = () => {
    // What is being written is kept before the page is left.
    this.#client?.rest();
    this.session?.signIn().catch(() => (this.unreachable = true));
  };

  #header(): TemplateResult {
    return html`
      <header class=${this.#place}>
        <a class="name" href="#/">${say("app.name")}</a>
        ${this.#client === null
          ? nothing
          : html`<chat-badge .client=${this.#client}></chat-badge>
              <settings-link ?here=${this.route.preferences}></settings-link>
              <button class="quiet small" @click=${this.#signOut}>${say("session.signOut")}</button>`}
      </header>
    `;
  }

  #welcome(): TemplateResult {
    if (this.broken) {
      const run = () => location.reload();
      return panel({ title: say("welcome.broken.title"), text: say("welcome.broken.text"), action: { label: say("action.again"), run }, alone: true });
    }
    if (this.session === null) return html`<p class="panel" role="status">${say("app.wait")}</p>`;
    const run = () => void this.session?.signIn().catch(() => (this.broken = true));
    const action = { label: say("session.signIn"), run };
    return this.session.state === "failed"
      ? panel({ title: say("welcome.failed.title"), text: say("welcome.failed.text"), action, alone: true })
      : panel({ title: say("welcome.title"), text: say(this.session.lingers ? "welcome.lingering" : "welcome.text"), action, alone: true });
  }

  /** Which of the two a phone shows. */
  get #place(): string {
    return this.route.caseId === null && !this.route.preferences ? "at-list" : "at-page";
  }

  #cases(client: Client): TemplateResult {
    const { caseId, preferences } = this.route;
    return html`
      <div>${this.#strips(client)}</div>
      <main class="columns ${this.#place}">
        <nav aria-label=${say("app.cases")}>
          <case-inbox .client=${client} .chosen=${caseId}>${preferences ? nothing : this.#tidings(client)}</case-inbox>
        </nav>
        <div class="page">${this.#page(client)}</div>
      </main>
      <news-notice ?at-top=${this.#place === "at-page"} .notices=${this.#notices} @left=${this.#toHeading}></news-notice>
    `;
  }

  /** What the settings say themselves. */
  #tidings(client: Client): TemplateResult {
    return html`
      <mail-alert leads .client=${client}></mail-alert>
      <notice-offer .permission=${this.#permission} @left=${this.#toHeading}></notice-offer>
    `;
  }

  #page(client: Client): TemplateResult | typeof nothing {
    const { caseId, tab, preferences } = this.route;
    if (caseId !== null && tab !== "print") {
      return html`${keyed(caseId, html`<case-page .client=${client} .caseId=${caseId} .tab=${tab} @sign-out=${this.#signOut}></case-page>`)}`;
    }
    if (preferences) {
      void parts.load(() => import("./preferences-page.ts"));
      return html`<preferences-page .client=${client} .permission=${this.#permission} @sign-out=${this.#signOut}></preferences-page>`;
    }
    return client.cases.all.length === 0 ? nothing : panel({ title: say("app.choose.title"), text: say("app.choose.text") });
  }

  /** What stands across the top while something is not as it should be. */
  #strips(client: Client): TemplateResult {
    const ended = this.session?.state === "ended";
    return html`
      ${ended ? this.#endedNotice() : html`<connection-notice .client=${client}></connection-notice>`}
      ${parts.failed
        ? html`<div class="ended" role="alert">
            <p>${say("app.part.failed")}</p>
            <button class="small" @click=${() => location.reload()}>${say("app.reload")}</button>
          </div>`
        : nothing}
    `;
  }

  #endedNotice(): TemplateResult {
    return html`
      <div class="ended" role="alert">
        <p>${say("session.ended")} ${this.unreachable ? say("welcome.broken.text") : nothing}</p>
        <button class="small" @click=${this.#signInAgain}>${say("session.signIn")}</button>
      </div>
    `;
  }
}

function keepPage(event: DragEvent): void {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
}
