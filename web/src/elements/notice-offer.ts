/**
 * Offers notices, calmly and until it is dismissed; says once what it means that the browser blocks them. Fires `left`
 * when the button that had the focus is gone.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { say } from "../language/language.ts";
import type { NoticePermission } from "../notice-permission.ts";
import { CLOSE_ICON } from "./icons.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";

@customElement("notice-offer")
export class NoticeOffer extends LitElement {
  static override styles = [
    shared,
    css`
      .offer {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-2);
        align-items: start;
        margin: 0 var(--space-4) var(--space-3);
        padding: var(--space-2) var(--space-2) var(--space-3) var(--space-3);
        border-radius: var(--radius);
        background: var(--raised);
        font-size: var(--text-s);
      }

      p {
        align-self: center;
        overflow-wrap: anywhere;
      }

      button:not(.icon) {
        justify-self: start;
      }
    `,
  ];

  @property({ attribute: false }) permission!: NoticePermission;

  constructor() {
    super();
    new Watch(this, () => [this.permission]);
  }

  protected override render(): TemplateResult {
    return html`<div role="status">${this.#offer()}</div>`;
  }

  #offer(): TemplateResult | typeof nothing {
    const { permission } = this;
    if (permission.refused) {
      return html`<div class="offer"><p>${say("notice.blocked")}</p>${this.#close()}</div>`;
    }
    if (!permission.offered) return nothing;
    return html`<div class="offer">
      <p>${say("notice.offer")}</p>
      ${this.#close()}
      <button class="quiet small" @click=${() => void this.#ask()}>${say("notice.turn.on")}</button>
    </div>`;
  }

  #close(): TemplateResult {
    const close = () => {
      this.permission.dismiss();
      this.#leave();
    };
    return html`<button class="icon" aria-label=${say("action.close")} title=${say("action.close")} @click=${close}>${CLOSE_ICON}</button>`;
  }

  async #ask(): Promise<void> {
    await this.permission.ask();
    this.#leave();
  }

  #leave(): void {
    this.dispatchEvent(new CustomEvent("left"));
  }
}
