/**
 * The settings: how much a mail may say to somebody who is away, whether this browser shows notices, and about which cases
 * no mail is sent. Draws `client.preferences`, which keeps and sends what is chosen. Fires `sign-out`.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Client } from "../client/client.ts";
import { allows } from "../client/preferences.ts";
import type { CaseSummary, ChosenPreferences, MailLevel, MailPreferences } from "../client/wire.ts";
import { isolated, say } from "../language/language.ts";
import type { NoticePermission } from "../notice-permission.ts";
import { explainUnsaved } from "./explain.ts";
import { troublePanel } from "./panel.ts";
import { preferencesStyles } from "./preferences-page.styles.ts";
import { Watch } from "./watch.ts";
import "./away-row.ts";
import "./device-settings.ts";
import "./mail-alert.ts";
import "./notice-switch.ts";

const LEVELS: readonly MailLevel[] = ["full", "sender", "generic", "off"];
/** Whose name an example gives. */
const SOMEBODY = "Dr. Wei Chen";

@customElement("preferences-page")
export class PreferencesPage extends LitElement {
  static override styles = preferencesStyles;

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) permission!: NoticePermission;
  /** Whether anything was chosen here, so that it is said what became of it. */
  @state() private hasChosen = false;
  /** Closed cases without mail: what is unticked here stays under the hand. */
  readonly #closed = new Set<string>();

  constructor() {
    super();
    // Where it is loaded late, it stands on the page before it has its client.
    new Watch(this, () => [this.client?.preferences ?? null, this.client?.cases ?? null]);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Something else may have been chosen on another device.
    if (changed.has("client")) void this.client.preferences.load();
  }

  /** For whoever comes here by a link: where one is, is read out. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("h1")?.focus();
  }

  protected override render(): TemplateResult {
    const { current } = this.client.preferences;
    return html`
      <header>
        <away-row .client=${this.client} @sign-out=${() => this.dispatchEvent(new CustomEvent("sign-out"))}></away-row>
        <h1 tabindex="-1">${say("settings.title")}</h1>
      </header>
      <div class="scroller">
        <div class="content">
          <mail-alert .client=${this.client}></mail-alert>
          ${current === null ? this.#beforeLoaded() : this.#levels(current)}
          <section>
            <h2>${say("settings.notices.title")}</h2>
            <p class="quiet-text">${say("settings.notices.text")}</p>
            <notice-switch .permission=${this.permission}></notice-switch>
          </section>
          ${current === null ? nothing : this.#cases(current)}
          <device-settings></device-settings>
        </div>
        <div class="said">
          <p role="status">${this.#outcome()}</p>
          <p class="problem" role="alert">${this.#problem()}</p>
        </div>
      </div>
    `;
  }

  #beforeLoaded(): TemplateResult {
    const { preferences } = this.client;
    if (preferences.trouble !== null) return troublePanel(preferences.trouble, () => void preferences.load());
    return html`<p class="quiet-text" role="status">${say("settings.loading")}</p>`;
  }

  #levels({ emailCeiling }: MailPreferences): TemplateResult {
    const capped = !allows(emailCeiling, "full");
    return html`
      <fieldset aria-describedby=${capped ? "levels ceiling" : "levels"}>
        <legend><h2>${say("settings.mail.title")}</h2></legend>
        <p class="quiet-text" id="levels">${say("settings.mail.text")}</p>
        ${LEVELS.map((level) => this.#level(level, allows(emailCeiling, level)))}
        ${capped ? html`<p class="quiet-text" id="ceiling">${say("settings.mail.ceiling")}</p>` : nothing}
      </fieldset>
    `;
  }

  #level(id: MailLevel, available: boolean): TemplateResult {
    const example = available ? say(`settings.mail.${id}.example`, { name: isolated(SOMEBODY) }) : say("settings.mail.unavailable");
    return html`<label class="choice">
      <input
        type="radio"
        name="email"
        aria-labelledby="label-${id}"
        aria-describedby="example-${id}"
        ?disabled=${!available}
        .checked=${live(this.client.preferences.allowed === id)}
        @change=${() => this.#choose({ email: id })}
      />
      <span>
        <span class="label" id="label-${id}">${say(`settings.mail.${id}`)}</span>
        <span class="quiet-text example" id="example-${id}">${example}</span>
      </span>
    </label>`;
  }

  #cases({ mutedCases }: MailPreferences): TemplateResult {
    const { cases } = this.client;
    for (const { caseId, status } of cases.all) if (status === "closed" && mutedCases.includes(caseId)) this.#closed.add(caseId);
    const shown = cases.all.filter(({ caseId, status }) => status === "open" || this.#closed.has(caseId));
    return html`
      <fieldset aria-describedby="muting">
        <legend><h2>${say("settings.cases.title")}</h2></legend>
        <p class="quiet-text" id="muting">${say("settings.cases.text")}</p>
        ${shown.length === 0 ? html`<p class="quiet-text">${this.#noCases()}</p>` : nothing}
        ${repeat(shown, ({ caseId }) => caseId, (summary) => this.#case(summary, mutedCases))}
      </fieldset>
    `;
  }

  #noCases(): string {
    const { loaded, trouble } = this.client.cases;
    if (loaded) return say("settings.cases.none");
    return trouble === null ? say("inbox.loading") : say("settings.cases.unknown");
  }

  #case({ caseId, peer, reference, status }: CaseSummary, mutedCases: readonly string[]): TemplateResult {
    const choose = ({ target }: Event) => {
      const others = (this.client.preferences.current?.mutedCases ?? mutedCases).filter((muted) => muted !== caseId);
      this.#choose({ mutedCases: (target as HTMLInputElement).checked ? [...others, caseId] : others });
    };
    return html`<label class="choice">
      <input type="checkbox" .checked=${live(mutedCases.includes(caseId))} @change=${choose} />
      <span>
        <span class="label">${say("settings.cases.mute")}</span>
        <span class="quiet-text example">
          ${say(`settings.cases.${status}`, { name: isolated(peer.name), reference: isolated(reference) })}
        </span>
      </span>
    </label>`;
  }

  #choose(change: Partial<ChosenPreferences>): void {
    this.hasChosen = true;
    this.client.preferences.choose(change);
  }

  #outcome(): string | typeof nothing {
    const { saving, trouble } = this.client.preferences;
    if (!this.hasChosen || trouble !== null) return nothing;
    return saving ? say("settings.saving") : say("settings.saved");
  }

  #problem(): string | typeof nothing {
    const { current, trouble } = this.client.preferences;
    return this.hasChosen && current !== null && trouble !== null ? explainUnsaved(trouble) : nothing;
  }
}
