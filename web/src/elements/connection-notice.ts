/** Says calmly that the connection is away. It appears only after a moment, so that a blink of it worries nobody. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";

@customElement("connection-notice")
export class ConnectionNotice extends LitElement {
  static override styles = [
    shared,
    css`
      p {
        padding: var(--space-2) var(--space-4);
        background: var(--care-ground);
        color: var(--care);
        font-size: var(--text-s);
        text-align: center;
        animation: appear 1ms 1.5s both;
      }

      @keyframes appear {
        from {
          position: absolute;
          opacity: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  #wasAway = false;

  constructor() {
    super();
    new Watch(this, () => [this.client.socket]);
  }

  protected override render() {
    const { state } = this.client.socket;
    // The attempts in between are the same absence.
    this.#wasAway = state === "waiting" || (this.#wasAway && state === "connecting");
    return html`<div role="status">
      ${this.#wasAway ? html`<p>No connection just now. We keep trying, and send what you write as soon as it is back.</p>` : nothing}
    </div>`;
  }
}
