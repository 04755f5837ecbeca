/** The chat's sign at the top of the page, and beside it how much waits to be read over all cases. */

import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import { badge, badgeStyles } from "./badge.ts";
import { CHAT_ICON } from "./icons.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";
import { totalWords } from "./words.ts";

@customElement("unread-total")
export class UnreadTotal extends LitElement {
  static override styles = [
    shared,
    badgeStyles,
    css`
      :host {
        display: inline-block;
      }

      .sign {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        min-block-size: 1.5rem;
        color: var(--ink-quiet);
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;

  constructor() {
    super();
    new Watch(this, () => [this.client.cases]);
  }

  protected override render(): TemplateResult {
    const total = this.client.cases.totalUnread;
    return html`<span class="sign" role="img" aria-label=${totalWords(total)}>
      ${CHAT_ICON}${badge(total)}
    </span>`;
  }
}
