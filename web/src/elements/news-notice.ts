/**
 * Says quietly that a message has come in another case, and leads there. Closes by itself after a while, but not under
 * somebody's hand. Fires `left` when somebody has closed it, and what had the focus is gone.
 */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { MessageRecord } from "../client/thread.ts";
import { isolated, say } from "../language/language.ts";
import type { Notices } from "../notices.ts";
import { linkTo } from "../route.ts";
import { CLOSE_ICON } from "./icons.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";

/** Long enough to be read twice. */
const SHOWN_MS = 10_000;

@customElement("news-notice")
export class NewsNotice extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: fixed;
        z-index: 1;
        inset-block-end: calc(var(--space-4) + env(safe-area-inset-bottom));
        inset-inline: var(--space-4);
      }

      /* On a phone the field to write in is below. */
      :host([at-top]) {
        inset-block: var(--space-3) auto;
        inset-inline: var(--space-3);
      }

      /* Where there is a list beside the case, at its end: nobody reads or writes there. */
      @media (min-width: 48rem) {
        :host,
        :host([at-top]) {
          inset-block: auto var(--space-4);
          inset-inline-end: auto;
          inline-size: calc(var(--list-width) - 2 * var(--space-4));
        }
      }

      .notice {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0 var(--space-3);
        align-items: start;
        padding: var(--space-2) var(--space-2) var(--space-3) var(--space-4);
        border: 1px solid var(--edge);
        border-inline-start: 3px solid var(--accent);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
      }

      p {
        align-self: center;
        overflow-wrap: anywhere;
        line-height: var(--line-tight);
      }

      a {
        grid-column: 1;
        justify-self: start;
        padding-block: var(--space-1);
        font-size: var(--text-s);
        font-weight: var(--strong);
      }

      @media (prefers-reduced-motion: no-preference) {
        .notice {
          animation: arrive 180ms ease-out;
        }
      }

      @keyframes arrive {
        from {
          opacity: 0;
          translate: 0 -0.5rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) notices!: Notices;
  #shown: MessageRecord | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;

  constructor() {
    super();
    new Watch(this, () => [this.notices]);
    this.addEventListener("pointerenter", () => this.#hold(true));
    this.addEventListener("pointerleave", () => this.#hold(false));
    this.addEventListener("focusin", () => this.#hold(true));
    this.addEventListener("focusout", () => this.#hold(false));
    this.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (this.notices.inPage === this.#shown) return;
    this.#shown = this.notices.inPage;
    // Under the hand of somebody who closed the last one, nothing tells that the hand is gone.
    if (this.#shown === null) this.#held = false;
    this.#wait();
  }

  protected override render(): TemplateResult {
    const message = this.notices.inPage;
    return html`<div role="status">${message === null ? nothing : this.#notice(message)}</div>`;
  }

  #notice({ caseId, sender }: MessageRecord): TemplateResult {
    return html`<div class="notice">
      <p>${say("news.from", { name: isolated(sender.name) })}</p>
      <button class="icon" aria-label=${say("action.close")} title=${say("action.close")} @click=${() => this.#close()}>${CLOSE_ICON}</button>
      <a href=${linkTo(caseId)} @click=${() => this.notices.dismiss()}>${say("news.open")}</a>
    </div>`;
  }

  #close(): void {
    this.notices.dismiss();
    this.dispatchEvent(new CustomEvent("left"));
  }

  #hold(held: boolean): void {
    this.#held = held;
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#shown !== null && !this.#held) this.#timer = setTimeout(() => this.notices.dismiss(), SHOWN_MS);
  }
}
