/** Says that mail does not reach this person, and what to do. Nothing where it does. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import { say } from "../language/language.ts";
import { PREFERENCES_LINK } from "../route.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";

@customElement("mail-alert")
export class MailAlert extends LitElement {
  static override styles = [
    shared,
    css`
      .alert {
        display: grid;
        justify-items: start;
        gap: var(--space-1);
        margin-block-end: var(--space-3);
        padding: var(--space-3);
        border-radius: var(--radius);
        background: var(--care-ground);
        color: var(--care);
        font-size: var(--text-s);
      }

      a {
        color: inherit;
        font-weight: var(--strong);
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  /** Whether it leads to the settings. */
  @property({ type: Boolean }) leads = false;

  constructor() {
    super();
    new Watch(this, () => [this.client.preferences]);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { current } = this.client.preferences;
    if (current === null || current.mail === "ok") return nothing;
    return html`<div class="alert" role="alert">
      <p>${say(`mail.${current.mail}`)}</p>
      ${this.leads ? html`<a href=${PREFERENCES_LINK}>${say("mail.settings")}</a>` : nothing}
    </div>`;
  }
}
