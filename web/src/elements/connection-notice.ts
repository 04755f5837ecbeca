/** Says calmly what the connection is like when it is not good. Whether it is, `client.connection` judges. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../client/client.ts";
import { say } from "../language/language.ts";
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
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;

  constructor() {
    super();
    new Watch(this, () => [this.client.connection]);
  }

  protected override render() {
    const { quality } = this.client.connection;
    return html`<div role="status">${quality === "good" ? nothing : html`<p>${say(`connection.${quality}`)}</p>`}</div>`;
  }
}
