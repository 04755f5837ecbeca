/**
 * `<chat-badge>`: the chat's sign, and beside it in red how much waits to be read over all cases. For a page's header;
 * takes the client as its property `client`.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import { badge, badgeStyles } from "./badge.ts";
import { CHAT_ICON } from "./icons.ts";
import { Speaking } from "./speaking.ts";
import { shared } from "./styles.ts";
import { theme } from "./theme.ts";
import { Watch } from "./watch.ts";
import { totalWords } from "./words.ts";

@customElement("chat-badge")
export class ChatBadge extends LitElement {
  static override styles = [
    theme,
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

  @property({ attribute: false }) client: Client | null = null;
  readonly #speaking = new Speaking(this);

  constructor() {
    super();
    new Watch(this, () => [this.client?.cases ?? null]);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.client === null || !this.#speaking.ready) return nothing;
    const total = this.client.cases.totalUnread;
    return html`<span class="sign" role="img" aria-label=${totalWords(total)}>
      ${CHAT_ICON}${badge(total)}
    </span>`;
  }
}
