/** A file that came with a message: what it is, and the way to it. Owns the moment of opening; the link is never kept. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Conversation } from "../client/conversation.ts";
import type { Attachment } from "../client/wire.ts";
import { isolated, say } from "../language/language.ts";
import { fileStyles } from "./file.styles.ts";
import { FILE_ICON } from "./icons.ts";
import { save } from "./save.ts";
import { shared } from "./styles.ts";
import { aboutFile } from "./words.ts";
import "./small-picture.ts";

/** Larger ones are shown when somebody asks for them. */
const SMALL_BYTES = 10_000_000;

@customElement("attached-file")
export class AttachedFile extends LitElement {
  static override styles = [
    shared,
    fileStyles,
    css`
      :host {
        display: block;
        margin-block-start: var(--space-2);
      }

      small-picture {
        margin-block-end: var(--space-2);
        cursor: zoom-in;
      }

      dialog {
        max-inline-size: 96vi;
        max-block-size: 96vb;
        padding: var(--space-3);
        border: 1px solid var(--edge);
        border-radius: var(--radius-l);
        background: var(--surface);
        color: var(--ink);
      }

      dialog::backdrop {
        background: rgb(0 0 0 / 60%);
      }

      img {
        display: block;
        max-inline-size: 100%;
        max-block-size: 78vb;
        margin-block-end: var(--space-3);
      }
    `,
  ];

  @property({ attribute: false }) conversation!: Conversation;
  @property({ attribute: false }) file!: Attachment;
  @state() private opening = false;
  @state() private failed = false;
  /** Where the picture on show is; only while it is. */
  @state() private picture: string | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  protected override render(): TemplateResult {
    const { name, size } = this.file;
    const verb = this.#isPicture ? "view" : "download";
    return html`
      ${this.#isPicture && size <= SMALL_BYTES && !savesData()
        ? html`<small-picture .of=${this.file} .content=${this.#content} name=${isolated(name)} @click=${this.#open}></small-picture>`
        : nothing}
      <div class="file">
        ${this.#isPicture ? nothing : html`<span class="tile">${FILE_ICON}</span>`}
        <div class="what">
          <p><bdi class="name">${name}</bdi></p>
          <p class="quiet-text">${aboutFile(this.file)}</p>
        </div>
        <button class="quiet small" aria-disabled=${this.opening} aria-label=${say(`file.${verb}.named`, { name: isolated(name) })} @click=${this.#open}>
          ${this.opening ? say("app.wait") : say(`file.${verb}`)}
        </button>
      </div>
      <p class="quiet-text" role="alert">${this.failed ? say("file.failed") : nothing}</p>
      <dialog aria-label=${isolated(name)} @close=${() => (this.picture = null)}>
        ${this.picture === null ? nothing : html`<img src=${this.picture} alt=${isolated(name)} @error=${this.#broken} />`}
        <form method="dialog"><button class="small">${say("action.close")}</button></form>
      </dialog>
    `;
  }

  get #isPicture(): boolean {
    return this.file.contentType.startsWith("image/");
  }

  readonly #content = async (signal: AbortSignal): Promise<Blob> => {
    const answer = await fetch(await this.conversation.fileLink(this.file.id), { credentials: "omit", referrerPolicy: "no-referrer", signal });
    if (!answer.ok) throw new Error(`no picture: ${answer.status}`);
    return answer.blob();
  };

  readonly #open = async (): Promise<void> => {
    if (this.opening) return;
    this.opening = true;
    this.failed = false;
    try {
      const url = await this.conversation.fileLink(this.file.id);
      if (this.#isPicture) await this.#show(url);
      else save(url);
    } catch {
      this.failed = true;
    }
    this.opening = false;
  };

  async #show(url: string): Promise<void> {
    this.picture = url;
    await this.updateComplete;
    this.dialog.showModal();
  }

  readonly #broken = (): void => {
    this.dialog.close();
    this.failed = true;
  };
}

/** Someone who pays for every megabyte has told their browser so. */
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}
