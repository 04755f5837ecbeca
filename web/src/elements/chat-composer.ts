/**
 * Where one writes and puts files to it. Owns the field and the choosing; the draft lives in the conversation, so that
 * looking elsewhere loses nothing.
 */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { room } from "../client/body.ts";
import type { Conversation } from "../client/conversation.ts";
import type { RefusedDraft } from "../client/draft.ts";
import type { Upload } from "../client/files/upload.ts";
import { device } from "../device.ts";
import { isolated, say } from "../language/language.ts";
import { composerStyles } from "./chat-composer.styles.ts";
import { explainRefusal, explainRefused } from "./explain.ts";
import { CLIP_ICON } from "./icons.ts";
import { Watch } from "./watch.ts";
import { kindsOf, fileSize } from "./words.ts";
import "./chosen-file.ts";

/** From so few characters left on, one is told how many. */
const NEAR = 500;

@customElement("chat-composer")
export class ChatComposer extends LitElement {
  static override styles = composerStyles;

  @property({ attribute: false }) conversation!: Conversation;
  /** Why the last try to send was refused. */
  @state() private refusal: RefusedDraft | null = null;
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
    new Watch(this, () => [this.conversation, device]);
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
    const { draft } = this.conversation;
    const before = draft.files.length;
    const refused = await draft.attach(files);
    this.refusedFiles = refused.map((file) => explainRefused(file, draft.policy));
    const added = draft.files.length - before;
    this.said = added === 0 ? "" : say("composer.files.added", { count: added });
    this.refusal = null;
  }

  /** Said once, above the field: whoever writes on should know who will read it. */
  get #notice(): string {
    const { peer, draft } = this.conversation;
    const begunForOther = !draft.empty && draft.to !== null && draft.to !== peer?.userId;
    if (peer === null || !(this.peerChanged || begunForOther)) return "";
    return say(`composer.changed.${peer.role}`, { name: isolated(peer.name) });
  }

  /** A keyboard on the glass has no Shift + Enter: there, Enter breaks the line and the button sends. */
  get #enterSends(): boolean {
    return device.enterSends && !this.#coarse.matches;
  }

  protected override render(): TemplateResult {
    const { peer, draft } = this.conversation;
    const hint = this.#coarse.matches ? "touch" : this.#enterSends ? "enter" : "break";
    return html`
      <form @submit=${this.#submit}>
        <p class="notice" role="status">${this.#notice}</p>
        ${this.#files()}
        <label for="body" class="clamp">${say("composer.to", { name: isolated(peer?.name ?? "") })}</label>
        <button type="button" class="icon attach" aria-label=${say("composer.attach")} title=${this.#mayAttach} @click=${() => this.chooser.click()}>
          ${CLIP_ICON}
        </button>
        <input type="file" multiple hidden accept=${this.#accepted} @change=${this.#onChosen} />
        <textarea
          id="body"
          dir="auto"
          rows="2"
          enterkeyhint=${this.#enterSends ? "send" : "enter"}
          aria-describedby="refusal"
          aria-invalid=${this.refusal === null ? nothing : "true"}
          .value=${live(draft.text)}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
          @paste=${this.#onPaste}
        ></textarea>
        <button type="submit">${say("composer.send")}</button>
        ${this.#count(room(draft.text))}
        <div id="refusal" role="alert">${this.#problems.map((problem) => html`<p>${problem}</p>`)}</div>
        <p class="hint quiet-text">${say(`composer.hint.${hint}`)}</p>
      </form>
    `;
  }

  /** How much room is left, once there is little. Said aloud at round numbers only, not with every key. */
  #count(left: number): TemplateResult {
    const words = (count: number) => (count < 0 ? say("composer.over", { count: -count }) : say("composer.left", { count }));
    const step = Math.abs(left) > 100 ? 100 : 10;
    return html`
      <p class="count quiet-text ${left < 0 ? "over" : ""}" aria-hidden="true" ?hidden=${left > NEAR}>${words(left)}</p>
      <p class="unseen" role="status">${left > NEAR ? nothing : words(left === 0 ? 0 : Math.ceil(left / step) * step)}</p>
    `;
  }

  #files(): TemplateResult {
    const { files } = this.conversation.draft;
    return html`
      <ul class="files" aria-label=${say("composer.files")} ?hidden=${files.length === 0}>
        ${repeat(files, ({ file }) => file.id, (upload) => html`<li>
          <chosen-file removable .upload=${upload} @remove=${() => this.#detach(upload)}></chosen-file>
        </li>`)}
      </ul>
      <p class="unseen" role="status">${this.said}</p>
    `;
  }

  get #problems(): readonly string[] {
    const lost = this.conversation.draft.lostFile ? [say("refused.files.lost")] : [];
    return [...lost, ...this.refusedFiles, ...(this.refusal === null ? [] : [explainRefusal(this.refusal)])];
  }

  get #mayAttach(): string {
    const { types, maxBytes } = this.conversation.draft.policy;
    return say("composer.attach.what", { kinds: kindsOf(types), size: fileSize(maxBytes) });
  }

  /** Scans come without a type that browsers know. */
  get #accepted(): string {
    const { types } = this.conversation.draft.policy;
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
    this.conversation.draft.detach(file.id);
    this.refusal = null;
    this.said = say("composer.file.removed", { name: isolated(file.name) });
    this.field.focus();
  }

  #onInput(): void {
    const { draft } = this.conversation;
    if (draft.empty) draft.to = this.#peerId;
    draft.text = this.field.value;
    if (this.field.value !== "") this.conversation.typing();
    this.refusal = null;
    this.requestUpdate();
  }

  #onKey(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!this.#enterSends && !event.ctrlKey && !event.metaKey) return;
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
    if (this.conversation.draft.empty) return;
    this.refusal = this.conversation.send();
    if (this.refusal === null) {
      this.peerChanged = false;
      this.refusedFiles = [];
      this.said = "";
    }
    this.requestUpdate();
  }
}
