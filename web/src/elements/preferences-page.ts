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
import type { NoticePermission } from "../notice-permission.ts";
import { explainUnsaved } from "./explain.ts";
import { troublePanel } from "./panel.ts";
import { preferencesStyles } from "./preferences-page.styles.ts";
import { Watch } from "./watch.ts";
import "./away-row.ts";
import "./mail-alert.ts";
import "./notice-switch.ts";

/** As mails say it in truth. */
const LEVELS: readonly { id: MailLevel; label: string; example: string }[] = [
  {
    id: "full",
    label: "Who wrote and the beginning of the message",
    example: "For example: “Dr. Wei Chen has written to you: Thank you for the pictures. I have looked…”",
  },
  { id: "sender", label: "Who wrote", example: "For example: “Dr. Wei Chen has written to you”" },
  { id: "generic", label: "Only that there is a new message", example: "For example: “You have a new message in your case chat”" },
  { id: "off", label: "No mail", example: "You see new messages when you open the chat." },
];

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
    new Watch(this, () => [this.client.preferences, this.client.cases]);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Something else may have been chosen on another device.
    if (changed.has("client")) void this.client.preferences.load();
  }

  /** For whoever comes here by a link: where one is, is read out. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("h2[tabindex]")?.focus();
  }

  protected override render(): TemplateResult {
    const { current } = this.client.preferences;
    return html`
      <header>
        <away-row .client=${this.client} @sign-out=${() => this.dispatchEvent(new CustomEvent("sign-out"))}></away-row>
        <h2 tabindex="-1">Settings</h2>
      </header>
      <div class="scroller">
        <div class="content">
          <mail-alert .client=${this.client}></mail-alert>
          ${current === null ? this.#beforeLoaded() : this.#levels(current)}
          <section>
            <h3>Notices in this browser</h3>
            <p class="quiet-text">
              A notice comes at once, while you are at this device but not in the chat. It says as much as you chose for mail; if you
              chose no mail, it says only that there is a new message.
            </p>
            <notice-switch .permission=${this.permission}></notice-switch>
          </section>
          ${current === null ? nothing : this.#cases(current)}
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
    return html`<p class="quiet-text" role="status">Loading your settings…</p>`;
  }

  #levels({ emailCeiling }: MailPreferences): TemplateResult {
    const capped = !allows(emailCeiling, "full");
    return html`
      <fieldset aria-describedby=${capped ? "levels ceiling" : "levels"}>
        <legend><h3>Messages while you are away</h3></legend>
        <p class="quiet-text" id="levels">
          When somebody writes to you and you are not in the chat, we send you a mail. Choose what it may say. Keep in mind who else may see
          your mail.
        </p>
        ${LEVELS.map(({ id, label, example }) => this.#level(id, label, example, allows(emailCeiling, id)))}
        ${capped ? html`<p class="quiet-text" id="ceiling">The clinic does not allow mails to say more.</p>` : nothing}
      </fieldset>
    `;
  }

  #level(id: MailLevel, label: string, example: string, available: boolean): TemplateResult {
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
        <span class="label" id="label-${id}">${label}</span>
        <span class="quiet-text example" id="example-${id}">${available ? example : "Not available"}</span>
      </span>
    </label>`;
  }

  #cases({ mutedCases }: MailPreferences): TemplateResult {
    const { cases } = this.client;
    for (const { caseId, status } of cases.all) if (status === "closed" && mutedCases.includes(caseId)) this.#closed.add(caseId);
    const shown = cases.all.filter(({ caseId, status }) => status === "open" || this.#closed.has(caseId));
    return html`
      <fieldset aria-describedby="muting">
        <legend><h3>Cases without mail</h3></legend>
        <p class="quiet-text" id="muting">
          Choose the cases about which you want no mail. Their messages still come into the chat, and notices in this browser still show.
        </p>
        ${shown.length === 0 ? html`<p class="quiet-text">${this.#noCases()}</p>` : nothing}
        ${repeat(shown, ({ caseId }) => caseId, (summary) => this.#case(summary, mutedCases))}
      </fieldset>
    `;
  }

  #noCases(): string {
    const { loaded, trouble } = this.client.cases;
    if (loaded) return "You have no open case.";
    return trouble === null ? "Loading your cases…" : "Your cases cannot be shown just now. We keep trying.";
  }

  #case({ caseId, peer, reference, status }: CaseSummary, mutedCases: readonly string[]): TemplateResult {
    const choose = ({ target }: Event) => {
      const others = (this.client.preferences.current?.mutedCases ?? mutedCases).filter((muted) => muted !== caseId);
      this.#choose({ mutedCases: (target as HTMLInputElement).checked ? [...others, caseId] : others });
    };
    return html`<label class="choice">
      <input type="checkbox" .checked=${live(mutedCases.includes(caseId))} @change=${choose} />
      <span>
        <span class="label">No mail about this case</span>
        <span class="quiet-text example">
          <bdi class="clamp">${peer.name}</bdi>, ${status === "closed" ? "closed case" : "case"} <bdi>${reference}</bdi>
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
    return saving ? "Saving…" : "Saved";
  }

  #problem(): string | typeof nothing {
    const { current, trouble } = this.client.preferences;
    return this.hasChosen && current !== null && trouble !== null ? explainUnsaved(trouble) : nothing;
  }
}
