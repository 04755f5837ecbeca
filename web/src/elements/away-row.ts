/**
 * The way back to the list and out, where the page's own heading has no room: on a phone. What stands in it comes between
 * the two. Fires `sign-out`.
 */

import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import { say } from "../language/language.ts";
import { shared } from "./styles.ts";
import "./chat-badge.ts";

@customElement("away-row")
export class AwayRow extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: var(--space-4);
      }

      .back {
        margin-inline-end: auto;
        padding-block: var(--space-1);
        font-size: var(--text-s);
      }

      @media (min-width: 48rem) {
        :host {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;

  protected override render(): TemplateResult {
    return html`
      <a class="back" href="#/">${say("inbox.back")}</a>
      <chat-badge .client=${this.client}></chat-badge>
      <slot></slot>
      <button class="text" @click=${() => this.dispatchEvent(new CustomEvent("sign-out"))}>${say("session.signOut")}</button>
    `;
  }
}
