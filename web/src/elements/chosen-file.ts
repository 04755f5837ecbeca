/**
 * A file on its way into a message: what it is, how far it has come, and what can be done about it. Fires `remove` where
 * it may be removed.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Upload } from "../client/files/upload.ts";
import { explainUpload } from "./explain.ts";
import { fileStyles } from "./file.styles.ts";
import { CLOSE_ICON, FILE_ICON } from "./icons.ts";
import { shared } from "./styles.ts";
import { Watch } from "./watch.ts";
import { fileKind, fileSize } from "./words.ts";
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
          ${picture ? html`<small-picture .content=${() => this.upload.content()} aria-hidden="true"></small-picture>` : FILE_ICON}
        </span>
        <div class="what">
          <p><bdi class="name">${file.name}</bdi></p>
          <p class="quiet-text" aria-live="off">${fileKind(file.contentType)}, ${fileSize(file.size)} · ${this.#state()}</p>
          ${step.at === "sending"
            ? html`<progress aria-label="Upload of ${file.name}" max=${file.size} .value=${step.sent}></progress>`
            : nothing}
          <p class="problem" role="alert">${step.at === "failed" ? explainUpload(step.failure) : nothing}</p>
          ${step.at === "failed" && step.again && this.removable
            ? html`<button class="text" @click=${this.#retry}>Try again</button>`
            : nothing}
        </div>
        ${this.removable
          ? html`<button class="icon" type="button" aria-label="Remove ${file.name}" title="Remove" @click=${this.#remove}>${CLOSE_ICON}</button>`
          : nothing}
      </div>
    `;
  }

  #state(): string {
    const { step, file } = this.upload;
    switch (step.at) {
      case "waiting":
        return "Waiting";
      case "preparing":
        return "Preparing";
      case "sending":
        return `Uploading, ${Math.floor((100 * step.sent) / file.size)} %`;
      case "checking":
        return "Being checked";
      case "ready":
        return "Uploaded";
      case "failed":
        return "Not uploaded";
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
