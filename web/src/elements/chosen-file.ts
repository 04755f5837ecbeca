/**
 * A file on its way into a message: what it is, how far it has come, and what can be done about it. Fires `remove` where
 * it may be removed.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Upload } from "../client/files/upload.ts";
import { percent } from "../language/formats.ts";
import { isolated, say } from "../language/language.ts";
import { explainUpload } from "./explain.ts";
import { fileStyles } from "./file.styles.ts";
import { CLOSE_ICON, FILE_ICON } from "./icons.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";
import { aboutFile } from "./words.ts";
import "./small-picture.ts";

@customElement("chosen-file")
export class ChosenFile extends LitElement {
  static override styles = [
    shared,
    fileStyles,
    css`
      .tile small-picture {
        inline-size: 3rem;
        block-size: 3rem;
        overflow: clip;
      }

      progress {
        inline-size: 100%;
        block-size: 0.375rem;
        accent-color: var(--accent);
      }

      .problem {
        color: var(--alarm);
        font-size: var(--text-s);
      }
    `,
  ];

  @property({ attribute: false }) upload!: Upload;
  /** Whether it may still be taken away. */
  @property({ type: Boolean }) removable = false;
  @query("button.icon") private removal!: HTMLElement | null;

  constructor() {
    super();
    new Watch(this, () => [this.upload]);
  }

  protected override render(): TemplateResult {
    const { step, file } = this.upload;
    const picture = file.contentType.startsWith("image/");
    return html`
      <div class="file">
        <span class="tile">
          ${picture ? html`<small-picture .of=${this.upload} .content=${() => this.upload.content()} aria-hidden="true"></small-picture>` : FILE_ICON}
        </span>
        <div class="what">
          <p><bdi class="name">${file.name}</bdi></p>
          <p class="quiet-text" aria-live="off">${aboutFile(file)} · ${this.#state()}</p>
          ${step.at === "sending"
            ? html`<progress aria-label=${say("file.upload.of", { name: isolated(file.name) })} max=${file.size} .value=${step.sent}></progress>`
            : nothing}
          <p class="problem" role="alert">${step.at === "failed" ? explainUpload(step.failure) : nothing}</p>
          ${step.at === "failed" && step.again && this.removable
            ? html`<button class="text" @click=${this.#retry}>${say("action.again")}</button>`
            : nothing}
        </div>
        ${this.removable ? this.#removalButton(file.name) : nothing}
      </div>
    `;
  }

  #removalButton(name: string): TemplateResult {
    const words = say("file.remove.named", { name: isolated(name) });
    return html`<button class="icon" type="button" aria-label=${words} title=${say("action.remove")} @click=${this.#remove}>${CLOSE_ICON}</button>`;
  }

  #state(): string {
    const { step, file } = this.upload;
    switch (step.at) {
      case "waiting":
        return say("file.waiting");
      case "preparing":
        return say("file.preparing");
      case "sending":
        return say("file.sending", { percent: percent(step.sent / file.size) });
      case "checking":
        return say("file.checking");
      case "ready":
        return say("file.ready");
      case "failed":
        return say("file.not.uploaded");
    }
  }

  /** The button that had the focus goes. */
  #retry(): void {
    this.upload.retry();
    this.removal?.focus();
  }

  #remove(): void {
    this.dispatchEvent(new CustomEvent("remove"));
  }
}
