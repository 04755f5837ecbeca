/** Whether this browser shows notices, and how to turn them on. Nothing here is remembered: the browser knows. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { say } from "../language/language.ts";
import type { NoticePermission } from "../notice-permission.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";

@customElement("notice-switch")
export class NoticeSwitch extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        justify-items: start;
        gap: var(--space-3);
      }

      p:focus-visible {
        box-shadow: none;
      }
    `,
  ];

  @property({ attribute: false }) permission!: NoticePermission;
  @query("p") private sentence!: HTMLElement;

  constructor() {
    super();
    new Watch(this, () => [this.permission]);
  }

  protected override render(): TemplateResult {
    const { state } = this.permission;
    return html`
      <p role="status" tabindex="-1">${say(`notice.${state}`)}</p>
      ${state === "off" ? html`<button class="quiet" @click=${() => void this.#ask()}>${say("notice.turn.on")}</button>` : nothing}
    `;
  }

  async #ask(): Promise<void> {
    await this.permission.ask();
    await this.updateComplete;
    // A no was said here already; the list need not say it once more.
    if (this.permission.refused) this.permission.dismiss();
    // The button that had the focus is gone.
    if (this.permission.state !== "off") this.sentence.focus();
  }
}
