/** What someone had written and can no longer send: to read, to copy, or to be done with. Fires `discard`. */

import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { say } from "../language/language.ts";
import { shared } from "./styles.ts";

@customElement("unsent-text")
export class UnsentText extends LitElement {
  static override styles = [
    shared,
    css`
      section {
        display: grid;
        gap: var(--space-2);
        max-inline-size: var(--measure);
        margin: 0 auto;
        padding: 0 var(--space-4) var(--space-4);
      }

      label {
        font-size: var(--text-s);
        font-weight: var(--strong);
      }

      textarea {
        field-sizing: content;
        inline-size: 100%;
        max-block-size: 30dvh;
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--edge);
        border-radius: var(--radius);
        background: var(--raised);
        color: var(--ink);
        font: inherit;
        resize: none;
      }

      div {
        display: flex;
        align-items: center;
        gap: var(--space-3);
      }
    `,
  ];

  @property({ attribute: false }) text = "";
  @state() private said = "";
  @query("textarea") private field!: HTMLTextAreaElement;

  override focus(): void {
    void this.updateComplete.then(() => this.field.focus());
  }

  protected override render(): TemplateResult {
    return html`<section>
      <label for="unsent">${say("unsent.label")}</label>
      <textarea id="unsent" dir="auto" rows="2" readonly .value=${this.text}></textarea>
      <div>
        <button class="small" @click=${this.#copy}>${say("action.copy")}</button>
        <button class="quiet small" @click=${() => this.dispatchEvent(new CustomEvent("discard"))}>${say("action.discard")}</button>
        <span class="quiet-text" role="status">${this.said}</span>
      </div>
    </section>`;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
      this.said = say("unsent.copied");
    } catch {
      // Without leave to use the clipboard, the text is at least ready to be copied by hand.
      this.field.select();
      this.said = say("unsent.marked");
    }
  }
}
