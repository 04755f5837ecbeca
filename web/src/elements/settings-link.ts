/** The way to the settings, wherever there is one. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { say } from "../language/language.ts";
import { PREFERENCES_LINK } from "../route.ts";
import { GEAR_ICON } from "./icons.ts";
import { shared } from "./styles.ts";

@customElement("settings-link")
export class SettingsLink extends LitElement {
  static override styles = [
    shared,
    css`
      /* As large as a finger, without making the row higher that it stands in. */
      a {
        display: grid;
        place-items: center;
        inline-size: var(--target);
        block-size: var(--target);
        margin: calc(-1 * var(--space-2));
        border-radius: var(--radius);
        color: var(--ink-quiet);
      }

      a[aria-current] {
        color: var(--accent);
      }

      @media (hover: hover) {
        a:hover {
          background: var(--raised);
          color: var(--ink);
        }
      }
    `,
  ];

  /** Whether one is there. */
  @property({ type: Boolean }) here = false;
  @query("a") private link!: HTMLElement;

  override focus(): void {
    this.link.focus();
  }

  protected override render(): TemplateResult {
    const current = this.here ? "page" : nothing;
    return html`<a href=${PREFERENCES_LINK} aria-label=${say("settings.title")} title=${say("settings.title")} aria-current=${current}>${GEAR_ICON}</a>`;
  }
}
