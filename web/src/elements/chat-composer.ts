/** Where one writes. Owns the text field; the draft lives in the conversation, so that looking elsewhere loses nothing. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Conversation } from "../client/conversation.ts";
import { composerStyles } from "./chat-composer.styles.ts";
import { Watch } from "./watch.ts";
import { roleName } from "./words.ts";

@customElement("chat-composer")
export class ChatComposer extends LitElement {
  static override styles = composerStyles;

  @property({ attribute: false }) conversation!: Conversation;
  /** Why the last try to send was refused. */
  @state() private refusal: string | null = null;
  /** The other person changed while this was on screen. */
  @state() private peerChanged = false;
  #peerId: string | null = null;
  readonly #coarse = matchMedia("(pointer: coarse)");
  @query("textarea") private field!: HTMLTextAreaElement;

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
      this.peerChanged = false;
    }
    const peerId = this.conversation.peer?.userId ?? null;
    if (peerId === null) return;
    if (this.#peerId !== null && peerId !== this.#peerId) this.peerChanged = true;
    this.#peerId = peerId;
  }

  /** Said once, above the field: whoever writes on should know who will read it. */
  get #notice(): string {
    const { peer, draft, draftTo } = this.conversation;
    const begunForOther = draft !== "" && draftTo !== null && draftTo !== peer?.userId;
    if (peer === null || !(this.peerChanged || begunForOther)) return "";
    return `The ${roleName(peer.role).toLowerCase()} of this case has changed. You are now writing to \u2068${peer.name}\u2069.`;
  }

  protected override render(): TemplateResult {
    const { peer, draft } = this.conversation;
    const touch = this.#coarse.matches;
    return html`
      <form @submit=${this.#submit}>
        <p class="notice" role="status">${this.#notice}</p>
        <label for="body" class="clamp">Message to <bdi>${peer?.name}</bdi></label>
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
        ></textarea>
        <button type="submit">Send</button>
        <p id="refusal" role="alert">${this.refusal}</p>
        <p class="hint quiet-text">${touch ? "Enter starts a new line. The button sends." : "Enter sends. Shift + Enter starts a new line."}</p>
      </form>
    `;
  }

  #onInput(): void {
    if (this.conversation.draft === "") this.conversation.draftTo = this.#peerId;
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
    if (this.conversation.draft === "") return;
    this.refusal = this.conversation.send(this.conversation.draft);
    if (this.refusal === null) {
      this.conversation.draft = "";
      this.conversation.draftTo = null;
      this.peerChanged = false;
    }
    this.requestUpdate();
  }
}
