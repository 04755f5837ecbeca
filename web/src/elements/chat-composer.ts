/**
 * Where one writes and puts files to it. Owns the field and the choosing; the draft lives in the conversation, so that
 * looking elsewhere loses nothing.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Conversation } from "../client/conversation.ts";
import type { Upload } from "../client/files/upload.ts";
import { composerStyles } from "./chat-composer.styles.ts";
import { explainRefused } from "./explain.ts";
import { CLIP_ICON } from "./icons.ts";
import { Watch } from "./watch.ts";
import { kindsOf, fileSize, roleName } from "./words.ts";
import "./chosen-file.ts";

const LOST = "A file that you had chosen was not kept by this browser. Please choose it again.";

@customElement("chat-composer")
export class ChatComposer extends LitElement {
  static override styles = composerStyles;

  @property({ attribute: false }) conversation!: Conversation;
  /** Why the last try to send was refused. */
  @state() private refusal: string | null = null;
  /** Why files were not taken. */
  @state() private refusedFiles: readonly string[] = [];
  /** What became of the files, for whoever does not see it. */
  @state() private said = "";
  /** The other person changed while this was on screen. */
  @state() private peerChanged = false;
  #peerId: string | null = null;
  readonly #coarse = matchMedia("(pointer: coarse)");
  @query("textarea") private field!: HTMLTextAreaElement;
  @query("input[type=file]") private chooser!: HTMLInputElement;

  constructor() {
    super();
    new Watch(this, () => [this.conversation]);
  }

  override focus(): void {
    this.field.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("conversation")) {
      this.refusal = this.#peerId = null;
      this.refusedFiles = [];
      this.said = "";
      this.peerChanged = false;
    }
    const peerId = this.conversation.peer?.userId ?? null;
    if (peerId === null) return;
    if (this.#peerId !== null && peerId !== this.#peerId) this.peerChanged = true;
    this.#peerId = peerId;
  }

  /** Files that were dropped, pasted or chosen. */
  async attach(files: readonly File[]): Promise<void> {
    const { filePolicy } = this.conversation;
    const before = this.conversation.draftFiles.length;
    const refused = await this.conversation.attach(files);
    this.refusedFiles = refused.map((file) => explainRefused(file, filePolicy));
    const added = this.conversation.draftFiles.length - before;
    this.said = added === 0 ? "" : added === 1 ? "1 file added" : `${added} files added`;
    this.refusal = null;
  }

  /** Said once, above the field: whoever writes on should know who will read it. */
  get #notice(): string {
    const { peer, draftEmpty, draftTo } = this.conversation;
    const begunForOther = !draftEmpty && draftTo !== null && draftTo !== peer?.userId;
    if (peer === null || !(this.peerChanged || begunForOther)) return "";
    return `The ${roleName(peer.role).toLowerCase()} of this case has changed. You are now writing to \u2068${peer.name}\u2069.`;
  }

  protected override render(): TemplateResult {
    const { peer, draft } = this.conversation;
    const touch = this.#coarse.matches;
    return html`
      <form @submit=${this.#submit}>
        <p class="notice" role="status">${this.#notice}</p>
        ${this.#files()}
        <label for="body" class="clamp">Message to <bdi>${peer?.name}</bdi></label>
        <button type="button" class="icon attach" aria-label="Attach files" title=${this.#mayAttach} @click=${() => this.chooser.click()}>
          ${CLIP_ICON}
        </button>
        <input type="file" multiple hidden accept=${this.#accepted} @change=${this.#onChosen} />
        <textarea
          id="body"
          dir="auto"
          rows="2"
          enterkeyhint=${touch ? "enter" : "send"}
          aria-describedby="refusal"
          aria-invalid=${this.refusal === null ? nothing : "true"}
          .value=${live(draft)}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
          @paste=${this.#onPaste}
        ></textarea>
        <button type="submit">Send</button>
        <div id="refusal" role="alert">${this.#problems.map((problem) => html`<p>${problem}</p>`)}</div>
        <p class="hint quiet-text">${touch ? "Enter starts a new line. The button sends." : "Enter sends. Shift + Enter starts a new line."}</p>
      </form>
    `;
  }

  #files(): TemplateResult {
    const { draftFiles } = this.conversation;
    return html`
      <ul class="files" aria-label="Files to send" ?hidden=${draftFiles.length === 0}>
        ${repeat(draftFiles, ({ file }) => file.id, (upload) => html`<li>
          <chosen-file removable .upload=${upload} @remove=${() => this.#detach(upload)}></chosen-file>
        </li>`)}
      </ul>
      <p class="unseen" role="status">${this.said}</p>
    `;
  }

  get #problems(): readonly string[] {
    const lost = this.conversation.lostFile ? [LOST] : [];
    return [...lost, ...this.refusedFiles, ...(this.refusal === null ? [] : [this.refusal])];
  }

  get #mayAttach(): string {
    const { types, maxBytes } = this.conversation.filePolicy;
    return `${kindsOf(types)}, up to ${fileSize(maxBytes)}`;
  }

  /** Scans come without a type that browsers know. */
  get #accepted(): string {
    const { types } = this.conversation.filePolicy;
    return [...types, ...(types.includes("application/dicom") ? [".dcm", ".dicom"] : [])].join(",");
  }

  #onChosen(): void {
    const files = [...(this.chooser.files ?? [])];
    // The same file may be chosen again.
    this.chooser.value = "";
    void this.attach(files);
    this.field.focus();
  }

  #onPaste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    // Text that also comes as a picture of itself is text.
    if (files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    void this.attach(files);
  }

  #detach({ file }: Upload): void {
    this.conversation.detach(file.id);
    this.refusal = null;
    this.said = `${file.name} removed`;
    this.field.focus();
  }

  #onInput(): void {
    if (this.conversation.draftEmpty) this.conversation.draftTo = this.#peerId;
    this.conversation.draft = this.field.value;
    if (this.field.value !== "") this.conversation.typing();
    this.refusal = null;
  }

  #onKey(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    // A keyboard on the glass has no Shift + Enter: there, Enter breaks the line and the button sends.
    if (this.#coarse.matches) return;
    event.preventDefault();
    // A key that is held down is meant once.
    if (!event.repeat) this.#send();
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    this.#send();
    this.field.focus();
  }

  #send(): void {
    // Nothing written, nothing meant: the second half of a double click, for one.
    if (this.conversation.draftEmpty) return;
    this.refusal = this.conversation.send(this.conversation.draft);
    if (this.refusal === null) {
      this.peerChanged = false;
      this.refusedFiles = [];
      this.said = "";
    }
    this.requestUpdate();
  }
}
